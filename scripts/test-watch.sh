#!/usr/bin/env bash
# Runs tests whenever a file is saved: a test file itself; for a service's code, the unit layer of that service; for
# servicekit's code, the unit layer of everything. Ctrl-C ends it.
#
#   scripts/test-watch.sh
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.watch
