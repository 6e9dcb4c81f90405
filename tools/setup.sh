#!/bin/sh
# Makes .venv from requirements.lock, installs the project in it and builds the console.
# Needs only python3 with its venv module. Safe to run again and again: what is up to date is left alone.
# `--without-console` leaves the console as it is.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)

say() { printf '%s\n' "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

# Two set-ups at once would write over each other; the second waits and then finds everything done.
if command -v flock >/dev/null 2>&1; then
  exec 9<pyproject.toml
  flock 9
fi

# Settings that would send packages elsewhere or choose other ones than the lock. Mirrors and proxies are kept.
unset PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONUSERBASE VIRTUAL_ENV CONDA_PREFIX
unset PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_REQUIREMENT PIP_CONSTRAINT PIP_NO_DEPS PIP_DRY_RUN PIP_PYTHON \
      PIP_EDITABLE PIP_PRE PIP_NO_BINARY PIP_ONLY_BINARY PIP_REPORT PIP_SRC
unset UV_SYSTEM_PYTHON UV_PYTHON UV_TARGET UV_PREFIX UV_CONSTRAINT UV_OVERRIDE UV_EXCLUDE UV_EXCLUDE_NEWER \
      UV_RESOLUTION UV_PRERELEASE UV_NO_BINARY UV_ONLY_BINARY UV_NO_DEPS UV_PROJECT UV_WORKING_DIR UV_DRY_RUN \
      UV_REQUIRE_HASHES UV_NO_VERIFY_HASHES UV_BREAK_SYSTEM_PACKAGES UV_LINK_MODE UV_PROJECT_ENVIRONMENT \
      UV_NO_BUILD_ISOLATION UV_NO_BUILD UV_TORCH_BACKEND
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# A home folder may be missing or read-only (a service account): caches then live in .venv.
if [ -z "${UV_CACHE_DIR:-}" ]; then export UV_CACHE_DIR="$here/.venv/.cache/uv"; fi
if [ ! -w "${HOME:-/nonexistent}" ]; then
  export HOME="$here/.venv/.home" PIP_CACHE_DIR="$here/.venv/.cache/pip" npm_config_cache="$here/.venv/.cache/npm"
fi

# What pip was told to trust, or else what this machine trusts, all package clients trust: npm, and an older pip,
# bring lists of their own otherwise.
trust() {
  told=$(.venv/bin/python -m pip config list 2>/dev/null | sed -n "s/^.*\.cert='\(.*\)'$/\1/p" | tail -n 1)
  trusted=${told:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}
  if [ -f "$trusted" ]; then
    export PIP_CERT="$trusted" SSL_CERT_FILE="${SSL_CERT_FILE:-$trusted}"
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$trusted}"
  fi
}

sum() { cat "$@" 2>/dev/null | cksum | tr -d ' '; }
stamp() { printf '%s' "$2" >".venv/.stamp-$1"; }
current() { [ -f ".venv/.stamp-$1" ] && [ "$(cat ".venv/.stamp-$1")" = "$2" ]; }

make_environment() {
  command -v python3 >/dev/null 2>&1 || fail "python3 is missing. On Debian: apt-get install python3 python3-venv"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed; this is $(python3 --version 2>&1)."
  python3 -c 'import venv, ensurepip' 2>/dev/null ||
    fail "Python's venv module is missing. On Debian: apt-get install python3-venv"
  say "making .venv"
  python3 -m venv --clear .venv || fail "python3 -m venv failed. On Debian: apt-get install python3-venv"
  mkdir -p "$HOME"
  trust
  sed -n '/^uv==/,/[^\\]$/p' requirements.lock >.venv/uv.lock
  .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r .venv/uv.lock ||
    fail "pip could not install uv; see the message above (network, proxy or mirror settings)."
}

# uv reads its own settings only, so what pip was told about mirrors and certificates is handed on.
follow_pip_settings() {
  eval "$(.venv/bin/python - <<'PY'
import os, shlex, subprocess, sys
NAMES = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS",
         "trusted-host": "UV_INSECURE_HOST"}
TAKEN = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}
listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
for line in listed.splitlines():
    key, _, value = line.partition("=")
    name = NAMES.get(key.rpartition(".")[2])
    if name and not os.environ.get(name) and not os.environ.get(TAKEN.get(name, name)):
        words = value.strip("'\"").replace("\\n", " ").split()
        joined = ",".join(words) if name == "UV_FIND_LINKS" else " ".join(words)
        print(f"export {name}={shlex.quote(joined)}")
PY
)"
}

install_packages() {
  say "installing packages"
  trust
  follow_pip_settings
  # Every package is checked against its hash, so looking in all indexes for the locked version is safe.
  .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --compile-bytecode \
      --index-strategy unsafe-best-match -r requirements.lock || {
    say "uv could not install the packages; trying pip, which takes longer"
    .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock ||
      fail "the packages could not be installed; see the message above (network, proxy or mirror settings)."
  }
}

install_project() {
  .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable . ||
    fail "the project itself could not be installed; see the message above."
}

build_console() {
  say "building the console"
  trust
  PATH="$here/.venv/bin:$PATH"
  export PATH
  modules=$(sum console/package-lock.json)
  if ! current modules "$modules" || [ ! -d console/node_modules ]; then
    (cd console && npm ci --no-audit --no-fund --loglevel=error) ||
      fail "the console's packages could not be installed; see the message above (network, proxy or mirror settings)."
    stamp modules "$modules"
  fi
  (cd console && npm run --silent build) || fail "the console could not be built; see the message above."
  (cd sdk/web && npm run --silent build) || fail "the browser SDK could not be built; see the message above."
}

environment="$here $(sed -n '/^uv==/p' requirements.lock) $(cat .python-version 2>/dev/null || true)"
if ! current environment "$environment" || ! .venv/bin/python -c '' 2>/dev/null; then
  make_environment
  stamp environment "$environment"
fi
packages=$(sum requirements.lock)
if ! current packages "$packages"; then
  install_packages
  stamp packages "$packages"
fi
# The entry points and the version live in pyproject.toml; the code itself is used where it lies.
project=$(sum pyproject.toml)
if ! current project "$project"; then
  install_project
  stamp project "$project"
fi
if [ "${1:-}" != --without-console ] && [ -f console/package.json ]; then
  console=$(find console sdk -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/test-results/*' \
      2>/dev/null | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum | cksum | tr -d ' ')
  if ! current console "$console" || [ ! -f src/unavoce/apps/console/index.html ] ||
      [ ! -f src/unavoce/apps/sdk/unavoce.js ]; then
    build_console
    stamp console "$console"
  fi
fi
