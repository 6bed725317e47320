#!/usr/bin/env bash
# Runs the whole shop on this machine: web, worker and relay of each service. Ctrl-C ends it.
#
#   scripts/run.sh            start, print the addresses and demo sign-ins, run until Ctrl-C
#   scripts/run.sh --demo     start, do what a customer does step by step, stop; exit code 0 when every step succeeded
#   scripts/run.sh --infra embedded    SQLite and files: nothing but Python (the default)
#   scripts/run.sh --infra native      this machine's PostgreSQL, RabbitMQ and Redis, started privately; behind nginx
#   scripts/run.sh --infra docker      docker-compose.e2e.yml: every process in a container
#
# Ports: USER_SERVICE_PORT (8000), ORDER_SERVICE_PORT (8001), NOTIFICATION_SERVICE_PORT (8002);
# of nginx: GATEWAY_PORT (8080); in Docker also MAIL_PORT (8025), a page with the mails.
# Staff account: DEMO_STAFF_USERNAME, DEMO_STAFF_PASSWORD. All state and logs: .run/, or the folder in RUN_DIR.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
case "$*" in
  *--infra?native* | *--infra?docker*) need test ;;
  *) need runtime ;;
esac
exec "$PYTHON" -m scripts.shop.run "$@"
