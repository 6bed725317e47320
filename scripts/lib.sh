# shellcheck shell=bash
# What every script shares; sourced, never run. It finds Python, and lets scripts/shop/environment.py install packages.
# The shell files only start Python; the logic is in scripts/shop/.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
PYTHON="$ROOT/.venv/bin/python"
cd "$ROOT" || exit 1

# Without bytecode files each start compiles the libraries again and takes twice as long.
unset PYTHONDONTWRITEBYTECODE
# Options for pytest come after -- on the command line of scripts/test.sh.
unset PYTEST_ADDOPTS PYTEST_PLUGINS

# show_help_if_asked "$@": for --help, prints the comment at the top of the calling script and exits.
show_help_if_asked() {
  local argument
  for argument in "$@"; do
    case "$argument" in
      --) return 0 ;;
      -h | --help)
        sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p;}' "$0"
        exit 0
        ;;
    esac
  done
}

# need runtime | need test: installs into .venv what the services need, or their tests too. need load: into .venv-load.
# When nothing has changed, this is one checksum. The stamp is written last, so a failed installation is repeated.
need() {
  local python="$PYTHON" stamp wanted
  if [ "$1" = load ]; then python="$ROOT/.venv-load/bin/python"; fi
  stamp="${python%/bin/python}/stamp-$1"
  wanted="$(requirements_checksum "$1")"
  if [ -x "$python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    return 0
  fi
  "$(find_python)" "$ROOT/scripts/shop/environment.py" "$1" || exit 1
}

requirements_checksum() {
  case "$1" in
    runtime) cat ./*_service/requirements.txt | cksum ;;
    test) cksum <requirements-test.txt ;;
    load) cksum <tests/load/requirements.txt ;;
  esac
}

find_python() {
  local candidate
  for candidate in ${PYTHON_FOR_VENV:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
    if "$candidate" -c 'import sys, ensurepip, sqlite3, ssl; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  echo "No Python 3.11 or newer with venv, sqlite3 and ssl was found on the PATH." >&2
  echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python@3.11)," >&2
  echo "or name it: PYTHON_FOR_VENV=/path/to/python3.11 $0" >&2
  return 1
}
