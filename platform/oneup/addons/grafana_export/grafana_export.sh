# Writes what people have made in Grafana to the bucket: dashboards, their folders, and Grafana's own alerts.
set -euo pipefail

out=/tmp/export
mkdir -p "$out/dashboards"

# The password goes by a file descriptor: an argument could be read in the list of processes.
ask() {
    curl --silent --show-error --fail --max-time 60 \
        --config <(printf 'user = "%s:%s"\n' "$GRAFANA_USER" "$GRAFANA_PASSWORD") "$GRAFANA$1"
}

ask "/api/folders?limit=1000" >"$out/folders.json"
ask "/api/v1/provisioning/alert-rules" >"$out/alert-rules.json"
ask "/api/search?type=dash-db&limit=5000" >"$out/search.json"
jq --raw-output '.[].uid' "$out/search.json" | while read -r uid; do
    ask "/api/dashboards/uid/$uid" >"$out/dashboards/$uid.json"
done

day=$(date -u +%Y-%m-%dT%H%M%SZ)
aws s3 cp "$out" "s3://$BUCKET/grafana/$day" --recursive --only-show-errors
echo "export $day: $(ls "$out/dashboards" | wc -l) dashboards"
