#!/usr/bin/env bash
# Runs tests: one pytest process per layer and service, side by side. Red if anything fails or tests got lost.
#
#   scripts/test.sh                          every layer that exists, with coverage of unit and component together
#   scripts/test.sh unit component           these layers
#   scripts/test.sh unit --service order_service
#   scripts/test.sh unit -- -k cancel -x     what follows -- goes to pytest (floors are not asked then)
#   scripts/test.sh contract --canary        plants breaking and harmless changes, and shows who notices which
#   scripts/test.sh --record-floors          take this run's counts as the least for the next (tests/floors.toml)
#
# --infra auto|env|docker|native: where integration tests get PostgreSQL, Redis and RabbitMQ (tests/support/README.md).
# --jobs N: suites at once (default: one a core).   --quick: no coverage.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.test "$@"
