#!/bin/sh
# Everything about the shop, from a clean clone: what it needs is installed beside this file, then its code is
# checked, the page is built, and the whole shop runs on the loopback interface: a real MariaDB, a real Redis,
# the services under uvicorn, the page behind nginx and in a headless Chromium. Arguments go to pytest.
set -eu
cd "$(dirname "$0")"
root="$(cd ../.. && pwd)"

fail() {
    printf '\nshop: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

# Programs, and the Debian packages that bring them. The server packages' own services are not needed: RUNLEVEL=1
# keeps them from being started.
need_programs() {
    missing=
    while read -r program package; do
        command -v "$program" >/dev/null 2>&1 || [ -x "/usr/sbin/$program" ] || missing="$missing $package"
    done <<-PROGRAMS
	mariadbd mariadb-server-core
	mariadb-dump mariadb-client
	redis-server redis-server
	nginx nginx-light
	envsubst gettext-base
	chromium chromium
	PROGRAMS
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 - one word for each package
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "shop: installing$missing" >&2
        { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends $missing; } >build/apt.log 2>&1 || fail "apt-get failed: see apps/shop/build/apt.log"
    else
        fail "these tests need programs that are not here." \
            "Debian, Ubuntu: sudo apt-get install --no-install-recommends$missing"
    fi
}

need_node() {
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null ||
        fail "the page needs Node.js 20.19, 22.12 or newer, and finds $(node --version 2>/dev/null || echo none)."
}

# Both are installed anew only when their lock has changed.
install_python() {
    cmp -s requirements-dev.lock .venv/.installed && return
    uv="$(cd "$root" && ./tools/venv.sh --print-uv)"
    case "$uv" in */*) uv="$root/$uv" ;; esac
    echo "shop: installing what requirements-dev.lock names into apps/shop/.venv" >&2
    [ -x .venv/bin/python ] || "$uv" venv --quiet --python 3.11 .venv 2>/dev/null || "$uv" venv --quiet .venv
    "$uv" pip sync --quiet --require-hashes --python .venv/bin/python requirements-dev.lock
    cp requirements-dev.lock .venv/.installed
}

install_page() {
    cmp -s src/web/package-lock.json src/web/node_modules/.installed && return
    echo "shop: installing what package-lock.json names into apps/shop/src/web/node_modules" >&2
    (cd src/web && npm ci --ignore-scripts --silent)
    cp src/web/package-lock.json src/web/node_modules/.installed
}

step() {
    name="$1"
    shift
    output="$("$@" 2>&1)" || fail "$name" "$output"
    printf 'shop: %s\n' "$name"
}

in_source() { (cd src && "$@"); }
in_page() { (cd src/web && npm run --silent "$1"); }

mkdir -p build
need_programs
need_node
install_python
install_page
step "Python: lint" .venv/bin/ruff check --quiet .
step "Python: format" .venv/bin/ruff format --check --quiet .
step "Python: types" .venv/bin/basedpyright
step "Python: imports" in_source ../.venv/bin/lint-imports --config ../pyproject.toml --no-cache
step "page: lint, format, types" in_page check
step "page: tests" in_page test
step "page: build" in_page build
PATH="$PATH:/usr/sbin" exec .venv/bin/python -m pytest "$@"
