# Tells Elasticsearch how long log lines live: a lifecycle, and that every stream of logs follows it.
set -euo pipefail

ask() {
    curl --silent --show-error --fail-with-body --cacert /certificates/ca.crt --retry 60 --retry-delay 10 --retry-all-errors \
        --config <(printf 'user = "%s:%s"\n' "$WRITER" "$WRITER_PASSWORD") \
        --header 'Content-Type: application/json' --request PUT "$ELASTICSEARCH$1" --data "$2"
    echo
}

ask /_ilm/policy/containers "{\"policy\": {\"phases\": {
    \"hot\": {\"actions\": {\"rollover\": {\"max_age\": \"1d\", \"max_primary_shard_size\": \"20gb\"}}},
    \"delete\": {\"min_age\": \"${RETENTION_DAYS}d\", \"actions\": {\"delete\": {}}}}}}"
# The place that Elasticsearch's own template for logs leaves to its users.
ask /_component_template/logs@custom "{\"template\": {\"settings\": {
    \"index.lifecycle.name\": \"containers\", \"index.number_of_replicas\": ${COPIES}}}}"
# A stream that came first takes it over, too.
ask '/logs-*-*/_settings?allow_no_indices=true' '{"index.lifecycle.name": "containers"}'
