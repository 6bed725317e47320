#!/usr/bin/env bash
# Checks everything that a program can judge without running tests, side by side: layout and style (ruff), types (mypy),
# who imports whom (import-linter), migrations, OpenAPI documents, shell, workflows, pins, addresses.
#
#   scripts/lint.sh               all checks
#   scripts/lint.sh types style   those whose name contains a word
#   scripts/lint.sh --fix         first put right what programs can: layout, simple style, <service>/openapi.yaml
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
exec "$PYTHON" -m scripts.shop.lint "$@"
