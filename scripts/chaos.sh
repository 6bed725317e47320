#!/usr/bin/env bash
# Breaks parts of a running shop while orders come, and says what was lost (nothing). See tests/chaos/README.md.
#
#   scripts/chaos.sh                       every experiment, one after the other
#   scripts/chaos.sh kill-worker disk-full these
#   scripts/chaos.sh --short               the short forms: all within 6 minutes
#   scripts/chaos.sh --list                what there is
#
# Everything runs on private servers of this machine, on loopback. Results: reports/chaos/. Ctrl-C ends it in order.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m tests.chaos "$@"
