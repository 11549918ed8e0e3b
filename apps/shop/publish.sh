#!/bin/sh
# Builds the shop's images, scans them, and when all have passed pushes and signs each:
# publish.sh <registry/prefix> <tag>. Wants docker, trivy and cosign; keys are made for the occasion (keyless).
set -eu
[ $# = 2 ] || { echo "usage: publish.sh <registry/prefix> <tag>" >&2; exit 2; }
cd "$(dirname "$0")"
prefix="$1" tag="$2"
# The page last: when it is there, all are.
names="user product order payment store-api web"

if docker manifest inspect "$prefix/web:$tag" >/dev/null 2>&1; then
    echo "$prefix/*:$tag has been published before, and a tag never changes"
    exit 0
fi
./images.sh "$prefix" "$tag"
for name in $names; do
    # What nobody has mended yet would stop every release, and no release would mend it.
    trivy image --exit-code 1 --severity HIGH,CRITICAL --ignore-unfixed --scanners vuln,secret "$prefix/$name:$tag"
done
for name in $names; do
    docker push "$prefix/$name:$tag"
    # By its digest: a signature on a tag would be one on whatever the tag names by then.
    cosign sign --yes "$(docker inspect --format '{{index .RepoDigests 0}}' "$prefix/$name:$tag")"
done
