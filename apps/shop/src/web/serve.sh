#!/bin/sh
# Serves the built page and passes /api on to store-api.
# PORT: where to listen. STORE_API: host:port of store-api. PAGE: the built files. RUNTIME: a writable directory.
set -eu
export PORT="${PORT:-8080}" STORE_API="${STORE_API:-store-api:8080}"
export PAGE="${PAGE:-/usr/share/nginx/html}" RUNTIME="${RUNTIME:-/tmp}"
# shellcheck disable=SC2016 - envsubst, not the shell, reads these names
envsubst '$PORT $STORE_API $PAGE $RUNTIME' <"$(dirname "$0")/nginx.conf" >"$RUNTIME/nginx.conf"
exec nginx -e stderr -c "$RUNTIME/nginx.conf"
