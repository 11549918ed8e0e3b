# Sidecar of each server: reloads a renewed certificate, and rotates the audit log. Two logs fit the volume.
set -eu
log=${AUDIT:-/vault/audit}/audit.log
certificate=${CERTIFICATE:-/vault/userconfig/vault-tls/tls.crt}

# On SIGHUP Vault reloads its certificate and reopens its audit log.
tell() {
    pid=$(pidof vault) || return 0
    kill -HUP $pid
}

known=$(cksum <"$certificate")
while true; do
    sleep "${PAUSE:-60}"
    now=$(cksum <"$certificate")
    if [ "$now" != "$known" ]; then
        tell && known=$now && echo "certificate renewed"
    fi
    if [ -f "$log" ] && [ "$(wc -c <"$log")" -gt "$LIMIT" ]; then
        mv "$log" "$log.1"
        tell
        echo "audit log turned over"
    fi
done
