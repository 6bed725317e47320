#!/usr/bin/env bash
# Measures what was promised in numbers, and says whether each goal is reached.
#
#   scripts/bench.sh              every bench
#   scripts/bench.sh quick        test-quick against three bare `python -m <service> check`
#   scripts/bench.sh latency      from payment answered to notification stored, embedded
#   scripts/bench.sh bulk         1,000 accounts by create_users_bulk
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.bench "$@"
