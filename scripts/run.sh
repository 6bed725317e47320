#!/usr/bin/env bash
# Runs the whole shop on this machine: web, worker and relay of each service. Ctrl-C ends it.
#
#   scripts/run.sh            start, print the addresses and demo sign-ins, stay until Ctrl-C
#   scripts/run.sh --demo     start, walk one customer's journey step by step, stop; exit code 0 when all went well
#   scripts/run.sh --infra KIND     what the services stand on (the kinds that exist: scripts/run.sh --list-infra)
#
# Ports: USER_SERVICE_PORT (8000), ORDER_SERVICE_PORT (8001), NOTIFICATION_SERVICE_PORT (8002).
# Staff account: DEMO_STAFF_USERNAME, DEMO_STAFF_PASSWORD. All state and logs: .run/, or the folder RUN_DIR names.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need runtime
exec "$PYTHON" -m scripts.shop.run "$@"
