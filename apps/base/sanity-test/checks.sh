#!/bin/sh
# Asks the cluster for the least that applications need. Every check is made, whatever became of those
# before; each failure says what is wrong and where to look. SCRATCH is a volume, TOKENS the pod's identity.
set -u
api="https://kubernetes.default.svc.cluster.local"
failed=0

check() { # what, where to look, command…
    what="$1" hint="$2"
    shift 2
    if output="$("$@" 2>&1)"; then
        echo "ok      $what"
    else
        failed=$((failed + 1))
        echo "FAILED  $what: $hint"
        printf '%s\n' "$output" | sed 's/^/        /'
    fi
}

resolves() {
    nslookup "$1" >/dev/null
}

keeps() {
    written="$(date)" && echo "$written" >"$SCRATCH/written" && sync && [ "$(cat "$SCRATCH/written")" = "$written" ]
}

answers() { # URL, options of curl's…
    url="$1"
    shift
    curl --silent --show-error --fail --output /dev/null --max-time 10 --retry 3 --retry-connrefused "$@" "$url"
}

asked() { # a path of the API server's, as this pod
    answers "$api$1" --cacert "$TOKENS/ca.crt" --header "Authorization: Bearer $(cat "$TOKENS/token")"
}

check "a name of the cluster is resolved" "look at CoreDNS and the policies that lead to it" \
    resolves kubernetes.default.svc.cluster.local
check "a name of the internet is resolved" "look at CoreDNS' upstream and the nodes' resolver" \
    resolves "$OUTSIDE"
check "a volume of the default storage class keeps what is written" "look at the class and its CSI driver" \
    keeps
check "a Service leads to its pods" "look at kube-proxy and the CNI" \
    asked /livez
check "the internet is reached" "look at the NAT gateway or proxy, the routes and the policies" \
    answers "https://$OUTSIDE/v2/"
check "the metrics API answers" "look at metrics-server and the APIService v1beta1.metrics.k8s.io" \
    asked /apis/metrics.k8s.io/v1beta1

[ "$failed" -eq 0 ] || echo "failed: $failed"
[ "$failed" -eq 0 ]
