#!/usr/bin/env bash
# Runs the unit layer of everything, side by side: the answer to "did I break a rule?" in seconds.
#
#   scripts/test-quick.sh [--service NAME] [-- pytest arguments]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.test unit --quick --preload "$@"
