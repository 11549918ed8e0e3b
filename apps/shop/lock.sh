#!/bin/sh
# Renews the locks from pyproject.toml: what the images hold, and what the tests need beside it.
set -eu
uv="$(cd "$(dirname "$0")/../.." && ./tools/venv.sh --print-uv)"
case "$uv" in */*) uv="$(cd "$(dirname "$0")/../.." && pwd)/$uv" ;; esac
cd "$(dirname "$0")"
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
        --custom-compile-command 'apps/shop/lock.sh' pyproject.toml "$@"
}
compile --extra dev --output-file requirements-dev.lock
compile --constraint requirements-dev.lock --output-file requirements.lock
