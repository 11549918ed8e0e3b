# Once in the life of a Vault: with its root token, which is good for nothing afterwards, opens its audit logs and
# lets the configuration's service account in. Asks for VAULT_ADDR, VAULT_CACERT and VAULT_TOKEN. See docs/vault.md.
set -euo pipefail

# The token goes by a file descriptor: an argument could be read in the list of processes.
ask() {
    curl --silent --show-error --fail --max-time 60 --retry 5 --cacert "$VAULT_CACERT" \
        --config <(printf 'header = "X-Vault-Token: %s"\n' "$VAULT_TOKEN") "$@"
}

put() {
    ask --output /dev/null --request PUT --data-binary "$2" "$VAULT_ADDR/v1/$1"
}

there() {
    ask --output /dev/null "$VAULT_ADDR/v1/$1" 2>/dev/null
}

audits=$(ask "$VAULT_ADDR/v1/sys/audit")
case $audits in *'"file/"'*) ;; *)
    put sys/audit/file '{"type": "file", "options": {"file_path": "/vault/audit/audit.log"}}'
    ;;
esac
# What is written to the container's output goes where all logs go.
case $audits in *'"output/"'*) ;; *)
    put sys/audit/output '{"type": "file", "options": {"file_path": "stdout"}}'
    ;;
esac

there sys/auth/kubernetes || put sys/auth/kubernetes '{"type": "kubernetes"}'
put auth/kubernetes/config '{"kubernetes_host": "https://kubernetes.default.svc"}'
policy='
path "sys/policies/acl" { capabilities = ["list"] }
path "sys/policies/acl/oneup-*" { capabilities = ["create", "read", "update", "delete"] }
path "sys/mounts/kv" { capabilities = ["create", "read", "update"] }
path "sys/mounts/database" { capabilities = ["create", "read", "update"] }
path "auth/kubernetes/role" { capabilities = ["list"] }
path "auth/kubernetes/role/*" { capabilities = ["create", "read", "update", "delete"] }
path "database/config/*" { capabilities = ["create", "read", "update"] }
path "database/rotate-root/*" { capabilities = ["create", "update"] }
path "database/roles" { capabilities = ["list"] }
path "database/roles/*" { capabilities = ["create", "read", "update", "delete"] }
path "database/static-roles" { capabilities = ["list"] }
path "database/static-roles/*" { capabilities = ["create", "read", "update", "delete"] }
'
policy=${policy//\"/\\\"}
put sys/policies/acl/oneup-configuration "{\"policy\": \"${policy//$'\n'/\\n}\"}"
put auth/kubernetes/role/oneup-configuration '{
    "bound_service_account_names": ["vault-configuration"],
    "bound_service_account_namespaces": ["vault"],
    "audience": "vault", "token_policies": ["oneup-configuration"],
    "token_ttl": "10m", "token_max_ttl": "10m"
}'

put auth/token/revoke-self '{}'
echo "trusted: vault-configuration; the root token is revoked"
