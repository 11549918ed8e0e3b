# Copies what Prometheus keeps to the bucket: each block once, and with each snapshot the list of its blocks.
set -euo pipefail

# What a job that was killed has left behind still holds blocks that Prometheus has dropped.
rm -rf "$DATA"/snapshots/*

name=$(curl --silent --show-error --fail --max-time 900 --request POST "$PROMETHEUS/api/v1/admin/tsdb/snapshot" |
    jq --exit-status --raw-output .data.name)
snapshot="$DATA/snapshots/$name"
trap 'rm -rf "$snapshot"' EXIT

# A block never changes under its name: what is there already, and as large, is the same.
aws s3 sync "$snapshot" "s3://$BUCKET/prometheus/blocks" --size-only --only-show-errors

# The list comes last: a snapshot that has one is whole.
ls "$snapshot" >/tmp/blocks
aws s3 cp /tmp/blocks "s3://$BUCKET/prometheus/snapshots/$name.txt" --only-show-errors
echo "snapshot $name: $(wc -l </tmp/blocks) blocks"
