#!/bin/sh
# Puts a backup in the place of what the databases hold: restore.sh <file>
# The services must be scaled to zero meanwhile. The same variables as backup.sh.
set -eu
(cd "$(dirname "$1")" && sha256sum --check --quiet "$(basename "$1").sha256")
gzip -dc "$1" | MYSQL_PWD="$SHOP_ADMIN_PASSWORD" mariadb --no-defaults \
    --host="$SHOP_ADMIN_HOST" --port="${SHOP_ADMIN_PORT:-3306}" --user="${SHOP_ADMIN_USER:-root}"
