# Copies all that Vault keeps, encrypted as it keeps it, to the bucket.
set -euo pipefail

day=$(date -u +%Y-%m-%dT%H%M%SZ)
ca=/tmp/ca.crt
printf '%s\n' "$CA" >"$ca"

if [ -n "${CONSUL:-}" ]; then
    curl --silent --show-error --fail --max-time 1800 --cacert "$ca" --output /tmp/snapshot "$CONSUL/v1/snapshot"
else
    signed_in=$(jq --null-input --arg jwt "$(cat "${TOKEN:-/token/token}")" '{role: "oneup-snapshots", $jwt}' |
        curl --silent --show-error --fail --max-time 60 --cacert "$ca" --data-binary @- \
            "$VAULT_ADDR/v1/auth/kubernetes/login")
    token=$(jq --raw-output .auth.client_token <<<"$signed_in")
    # The token goes by a file descriptor: an argument could be read in the list of processes.
    curl --silent --show-error --fail --location --max-time 1800 --cacert "$ca" --output /tmp/snapshot \
        --config <(printf 'header = "X-Vault-Token: %s"\n' "$token") "$VAULT_ADDR/v1/sys/storage/raft/snapshot"
fi
# A request that fails half way may leave a file that says so, and holds nothing.
[ "$(head -c 2 /tmp/snapshot | od -An -tx1 | tr -d ' ')" = 1f8b ] || { echo "that is no snapshot"; exit 1; }

aws s3 cp /tmp/snapshot "s3://$BUCKET/$PREFIX/$day.snap" --only-show-errors
echo "snapshot $day: $(wc -c </tmp/snapshot) bytes"
