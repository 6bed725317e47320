#!/usr/bin/env bash
# Measures the performance goals, and says for each whether it is reached.
#
#   scripts/bench.sh              every bench
#   scripts/bench.sh quick        test-quick against three bare `python -m <service> check`
#   scripts/bench.sh latency      from payment answered to notification stored, embedded
#   scripts/bench.sh bulk         1,000 accounts by create_users_bulk
#   scripts/bench.sh relay        messages a second from outbox to RabbitMQ, against a bare publisher
#   scripts/bench.sh delivery     from commit to handler, at 50 events a second
#   scripts/bench.sh orders       order_service, against a textbook service and bare Django views
#   scripts/bench.sh growth       order_service with a million orders, against a thousand
#
# The last four need real servers, and find or start them (tests/support/README.md).
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.bench "$@"
