#!/usr/bin/env bash
# Contracts through a Pact broker, where there is one.
#
#   scripts/pact.sh publish SERVICE                     hands the broker what SERVICE needs of others (pacts/SERVICE-*.json)
#   scripts/pact.sh verify SERVICE                      replays what others need of SERVICE, and publishes the results
#   scripts/pact.sh can-i-deploy SERVICE [ENVIRONMENT]  asks whether this version fits what runs there (production)
#   scripts/pact.sh deployed SERVICE [ENVIRONMENT]      tells the broker that this version runs there now
#
# The version is the commit checked out, the branch its branch (GIT_BRANCH, where none is checked out).
# PACT_BROKER_BASE_URL says where the broker is; PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, who
# asks. To have one: docker compose -f docker-compose.test.yml --profile broker up --wait
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.pact "$@"
