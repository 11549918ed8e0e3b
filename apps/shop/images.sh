#!/bin/sh
# Builds the shop's six images: images.sh <registry/prefix> <tag>, e.g. images.sh example.org/shop 1.4.0
# gives example.org/shop/user:1.4.0 and so on. PUSH=1 pushes each as well.
set -eu
[ $# = 2 ] || { echo "usage: images.sh <registry/prefix> <tag>" >&2; exit 2; }
cd "$(dirname "$0")"

image() {
    name="$1"
    shift
    docker build --pull --tag "$prefix/$name:$tag" "$@" .
    [ -z "${PUSH:-}" ] || docker push "$prefix/$name:$tag"
}

prefix="$1" tag="$2"
for service in user product order payment; do
    image "$service" --build-arg "SERVICE=$service"
done
image store-api --build-arg SERVICE=store-api --build-arg PACKAGE=store_api
image web --file src/web/Dockerfile
