#!/usr/bin/env bash
# Pins every package, with hashes: one consistent set of versions for all services.
#
#   scripts/lock.sh              after a change in a pyproject.toml or *.in file; keeps the other versions
#   scripts/lock.sh --upgrade    the newest versions that the ranges allow
#
# The test set is compiled first and constrains those of the services, so a service is tested
# with the versions that it ships with.
# What load tests need is installed by itself (.venv-load), and pinned by itself.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test

SERVICES="user_service order_service notification_service"
compile() {
  "$PYTHON" -m uv pip compile --quiet --system-certs --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "scripts/lock.sh" "$@"
}

echo "· requirements-test.txt"
# shellcheck disable=SC2086,SC2046 # a list of plain names
compile servicekit/pyproject.toml $(printf '%s/pyproject.toml ' $SERVICES) requirements-test.in \
  --output-file requirements-test.txt "$@"

for service in $SERVICES; do
  echo "· $service/requirements.txt"
  compile servicekit/pyproject.toml "$service/pyproject.toml" \
    --constraints requirements-test.txt --output-file "$service/requirements.txt"
done

echo "· tests/load/requirements.txt"
compile tests/load/requirements.in --output-file tests/load/requirements.txt "$@"

echo "· scripts/requirements-uv.txt"
compile scripts/requirements-uv.in --output-file scripts/requirements-uv.txt "$@"
