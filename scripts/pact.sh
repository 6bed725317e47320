#!/usr/bin/env bash
# Exchanges contracts through a Pact broker.
#
#   scripts/pact.sh publish SERVICE                     publishes the consumer's pacts (pacts/SERVICE-*.json)
#   scripts/pact.sh verify SERVICE                      verifies the provider, and publishes the results
#   scripts/pact.sh can-i-deploy SERVICE [ENVIRONMENT]  asks whether this version fits what runs there (production)
#   scripts/pact.sh deployed SERVICE [ENVIRONMENT]      records that this version runs there now
#
# The version is the commit checked out, the branch its branch (GIT_BRANCH, where none is checked out).
# PACT_BROKER_BASE_URL is the broker's URL; PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, are the
# credentials. To start a broker: docker compose -f docker-compose.test.yml --profile broker up --wait
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.pact "$@"
