#!/bin/sh
# A backup, and an end to those that are older than KEEP_DAYS; none is deleted where no new one could be made.
set -eu
sh /scripts/backup.sh /backups
find /backups -name 'shop-*' -mtime "+$KEEP_DAYS" -exec rm -f {} +
