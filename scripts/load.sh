#!/usr/bin/env bash
# Puts the whole shop under load and checks what tests/load/slo.toml promises; exits with 1 when a promise is broken.
#
#   scripts/load.sh smoke                20 users for half a minute: the short form, also run by scripts/test.sh load
#   scripts/load.sh ramp                 more users in each step, to find the knee: where more users get no more answers
#   scripts/load.sh spike                ten times the users and back, to measure the recovery
#   scripts/load.sh soak                 the same load for half an hour, to see what grows: memory, connections, queues
#   scripts/load.sh stress               far more users than the shop can serve: it may be slow, but not fail
#   scripts/load.sh baseline [--release NAME] [--repeats N]    repeats smoke, stores tests/load/baselines/NAME.json
#   scripts/load.sh wrk                  the raw ceiling of a health page and a page of products, by wrk
#   scripts/load.sh k6                   smoke once more, by k6 (tests/load/smoke.js)
#
# --minutes N: for all stages together.   --users N: at the base (20).   --slo FILE: other promises.
# --target native|docker|URL: starts a shop (native), or takes one that runs; only on this machine, unless --allow-host
#   names the host. E2E_STAFF_USERNAME and E2E_STAFF_PASSWORD sign in there, to add the products that are ordered;
#   E2E_MAIL_API_URL names its mail catcher (Mailpit's API), where users find the mail that verifies their address.
# --compare [FILE]: with a baseline, by default the newest; a regression fails the run.
# --workers N: processes of the load generator.   --page: Locust's own page meanwhile, at the address that is shown.
# The report, one HTML page, and its JSON: reports/load/<profile>/
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
show_help_if_asked "$@"
need test
need load
exec "$PYTHON" -m scripts.shop.load "$@"
