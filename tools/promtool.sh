#!/usr/bin/env bash
# Puts promtool into build/tools: the one on PATH, else out of Debian's package, which is unpacked and not
# installed (installing it starts a server). To build it from its Go module takes every cloud's SDK and some
# minutes; and an alert's expression means the same to every release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=build/tools
mkdir -p "$tools"

if [ -x "$tools/promtool" ]; then
    exit 0
fi
if command -v promtool >/dev/null; then
    ln -sf "$(command -v promtool)" "$tools/promtool"
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "promtool is not on PATH; install Prometheus" >&2
    exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
download() { (cd "$folder" && apt-get download -qq prometheus 2>"$folder/why"); }
# A clean machine has no lists yet.
download || { [ "$(id -u)" -eq 0 ] && apt-get update -qq && download; } || { cat "$folder/why" >&2; exit 1; }
dpkg-deb --extract "$folder"/*.deb "$folder"
cp "$folder/usr/bin/promtool" "$tools/"
