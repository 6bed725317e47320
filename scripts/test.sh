#!/usr/bin/env bash
# Runs tests: one pytest process per layer and service, side by side. Fails if a test fails or tests are missing.
#
#   scripts/test.sh                          every layer that exists, with coverage of unit and component together
#   scripts/test.sh unit component           these layers
#   scripts/test.sh unit --service order_service
#   scripts/test.sh unit -- -k cancel -x     what follows -- is passed to pytest (numbers of tests are not checked)
#   scripts/test.sh contract --canary        makes breaking and harmless changes in a copy, and shows which tests fail
#   scripts/test.sh --record-floors          record this run's numbers of tests as the minimum (tests/floors.toml)
#
# --infra auto|env|docker|native: where integration tests get PostgreSQL, Redis and RabbitMQ (tests/support/README.md).
# --jobs N: suites at once (default: one a core).   --quick: no coverage.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.test "$@"
