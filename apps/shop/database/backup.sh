#!/bin/sh
# Dumps the shop's four databases into one compressed file of a directory: backup.sh <directory>
# A consistent moment of each database, taken without locking anybody out. Restore with restore.sh.
# SHOP_ADMIN_HOST, SHOP_ADMIN_PORT, SHOP_ADMIN_USER, SHOP_ADMIN_PASSWORD: as for storekit.provision.
set -eu
directory="$1"
name="shop-$(date -u +%Y%m%dT%H%M%SZ).sql.gz"
umask 077
mkdir -p "$directory"
trap 'rm -f "$directory/.$name.part" "$directory/.$name.sql"' EXIT

# The password goes through the environment, not through an argument that every process could read.
MYSQL_PWD="$SHOP_ADMIN_PASSWORD" mariadb-dump --no-defaults \
    --host="$SHOP_ADMIN_HOST" --port="${SHOP_ADMIN_PORT:-3306}" --user="${SHOP_ADMIN_USER:-root}" \
    --single-transaction --quick --hex-blob --add-drop-database \
    --databases shop_user shop_product shop_order shop_payment >"$directory/.$name.sql"

# Dumped to a file first: in a pipe, a dump that broke off would leave a valid archive of half the data.
tail -n 1 "$directory/.$name.sql" | grep -q '^-- Dump completed'
gzip -c "$directory/.$name.sql" >"$directory/.$name.part"
mv "$directory/.$name.part" "$directory/$name"
(cd "$directory" && sha256sum "$name" >"$name.sha256")
echo "$directory/$name"
