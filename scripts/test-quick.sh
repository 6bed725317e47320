#!/usr/bin/env bash
# Runs all unit tests, side by side, in a few seconds.
#
#   scripts/test-quick.sh [--service NAME] [-- pytest arguments]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.test unit --quick --preload "$@"
