#!/usr/bin/env bash
# The schemas that clients rely on: pacts/openapi/<service>.yaml. The contract layer holds each service against its own.
#
#   scripts/openapi.sh breaking [SERVICE ...]   says what of <service>/openapi.yaml would break a client
#   scripts/openapi.sh accept SERVICE ...       from now on clients rely on <service>/openapi.yaml: with every release,
#                                               and when a change must break and nobody needs the old any more
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.openapi "$@"
