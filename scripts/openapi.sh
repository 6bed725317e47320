#!/usr/bin/env bash
# The schemas that clients rely on: pacts/openapi/<service>.yaml. The contract layer compares each service with its own.
#
#   scripts/openapi.sh breaking [SERVICE ...]   lists the changes in <service>/openapi.yaml that would break a client
#   scripts/openapi.sh accept SERVICE ...       makes <service>/openapi.yaml the schema that clients rely on: with every
#                                               release, and for a breaking change once no client needs the old schema
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.openapi "$@"
