#!/usr/bin/env bash
# Runs all static checks, side by side: layout and style (ruff), types (mypy), the direction of imports (import-linter),
# migrations, OpenAPI documents, shell, workflows, pinned versions, addresses, sizes of modules.
#
#   scripts/lint.sh               all checks
#   scripts/lint.sh types style   the checks whose names contain one of these words
#   scripts/lint.sh --fix         first fix what can be fixed: layout, simple style, <service>/openapi.yaml
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.lint "$@"
