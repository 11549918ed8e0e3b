# Holds Vault to what the stack says: policies, roles, engines, databases. It comes again every few minutes, and does
# again what is there already; what the stack no longer says goes. On AWS it also initialises a new Vault.
set -euo pipefail

here=${SCRIPTS:-/scripts}
export VAULT_CACERT=/tmp/ca.crt VAULT_TOKEN=""
printf '%s\n' "$CA" >"$VAULT_CACERT"

# The token goes by a file descriptor: an argument could be read in the list of processes.
ask() {
    curl --silent --show-error --fail --max-time 60 --retry 3 --cacert "$VAULT_CACERT" \
        --config <(printf 'header = "X-Vault-Token: %s"\n' "$VAULT_TOKEN") "$@"
}

put() {
    ask --request PUT --data-binary @- "$VAULT_ADDR/v1/$1"
}

write() {
    put "$1" >/dev/null
}

there() {
    ask --output /dev/null "$VAULT_ADDR/v1/$1" 2>/dev/null
}

# Query every server: one that has lost its volume does not know the others before it has joined them.
initialised() {
    local host answer found=no
    for host in $HOSTS; do
        answer=$(ask "https://$host:8200/v1/sys/init") || { echo "$host does not answer" >&2; exit 1; }
        case $answer in *true*) found=yes ;; esac
    done
    [ "$found" = yes ]
}

# The recovery keys are written to Secrets Manager first; this job can write them, not read them.
initialise() {
    local first=${HOSTS%% *} answer
    aws secretsmanager describe-secret --secret-id "$RECOVERY" >/dev/null 2>&1 ||
        aws secretsmanager create-secret --name "$RECOVERY" --kms-key-id "$KEY" \
            --description "Recovery keys of Vault" >/dev/null
    answer=$(ask --request PUT --data-binary '{"recovery_shares": 5, "recovery_threshold": 3}' \
        "https://$first:8200/v1/sys/init")
    jq '{recovery_keys_base64}' <<<"$answer" >/dev/shm/recovery
    until aws secretsmanager put-secret-value --secret-id "$RECOVERY" \
        --secret-string file:///dev/shm/recovery >/dev/null; do
        sleep 10
    done
    rm /dev/shm/recovery
    VAULT_TOKEN=$(jq --raw-output .root_token <<<"$answer")
    until [ "$(curl --silent --cacert "$VAULT_CACERT" --output /dev/null --write-out '%{http_code}' \
        "$VAULT_ADDR/v1/sys/health")" = 200 ]; do
        sleep 5
    done
    bash "$here/trust.sh"
    VAULT_TOKEN=""
}

if ! initialised; then
    [ -n "${RECOVERY:-}" ] || { echo "not initialised: initialise it once, see docs/vault.md"; exit 1; }
    initialise
fi

signed_in=$(jq --null-input --arg jwt "$(cat "${TOKEN:-/token/token}")" '{role: "oneup-configuration", $jwt}' |
    put auth/kubernetes/login)
VAULT_TOKEN=$(jq --raw-output .auth.client_token <<<"$signed_in")

# Each line: what to do, the path, and the body as JSON.
while IFS=$'\t' read -r verb path body; do
    case $verb in
    put) write "$path" <<<"$body" ;;
    once) there "$path" || write "$path" <<<"$body" ;;
    database)
        # Vault rotates the initial password, so it is only valid once.
        if there "$path"; then
            write "$path" <<<"$body"
        else
            name=${path##*/} prefix=${path##*/}
            prefix=${prefix//[-.]/_}
            user=${prefix^^}_USERNAME password=${prefix^^}_PASSWORD
            jq --arg username "${!user}" --arg password "${!password}" '. + {$username, $password}' <<<"$body" |
                write "$path"
            write "database/rotate-root/$name" <<<'{}'
        fi
        ;;
    only)
        # Of these names no others may be there; body is the list of them, and what they begin with.
        there "$path?list=true" || continue
        ask "$VAULT_ADDR/v1/$path?list=true" |
            jq --raw-output --argjson said "$body" \
                '.data.keys[] | select(startswith($said.prefix)) | select(IN($said.names[]) | not)' |
            while read -r name; do
                ask --output /dev/null --request DELETE "$VAULT_ADDR/v1/$path/$name"
                echo "gone: $path/$name"
            done
        ;;
    esac
done <"$here/configuration.tsv"
echo "configured"
write auth/token/revoke-self <<<'{}'
