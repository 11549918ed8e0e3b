#!/usr/bin/env bash
# Puts promtool and amtool into build/tools: those on PATH, else out of Debian's packages, which are unpacked
# and not installed (installing them starts two servers). To build promtool from its Go module takes every
# cloud's SDK and some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=build/tools
mkdir -p "$tools"

have() { [ -x "$tools/$1" ] || { command -v "$1" >/dev/null && ln -sf "$(command -v "$1")" "$tools/$1"; }; }

if have promtool && have amtool; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "promtool and amtool are not on PATH; install Prometheus and Alertmanager" >&2
    exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
download() { (cd "$folder" && apt-get download -qq prometheus prometheus-alertmanager 2>"$folder/why"); }
# A clean machine has no lists yet.
download || { [ "$(id -u)" -eq 0 ] && apt-get update -qq && download; } || { cat "$folder/why" >&2; exit 1; }
for package in "$folder"/*.deb; do
    dpkg-deb --extract "$package" "$folder"
done
cp "$folder/usr/bin/promtool" "$folder/usr/bin/amtool" "$tools/"
