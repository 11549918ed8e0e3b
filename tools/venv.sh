#!/bin/sh
# Makes .venv from the hash-checked lock, and the command in it. uv does it: the one on PATH, else one from PyPI in .cache/uv.
# Plain sh and the tools of POSIX only, since macOS brings the BSD ones.
set -eu

lock=requirements-dev.lock
stamp=.venv/.installed # a copy of the lock that .venv holds; `make` compares the two

fail() {
    printf '\noneup: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer."
        printf '%s\n' "$PYTHON"
        return
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "needs Python 3.11 or newer, and finds $(python3 --version 2>/dev/null || echo 'no python3')." \
        "macOS:          brew install python@3.13" \
        "Debian, Ubuntu: sudo apt-get install python3 python3-venv" \
        "Fedora:         sudo dnf install python3" \
        "another one:    make PYTHON=/path/to/python3.12 test"
}

find_uv() {
    if uv --version >/dev/null 2>&1; then
        echo uv
        return
    fi
    if ! .cache/uv/bin/uv --version >/dev/null 2>&1; then
        rm -rf .cache/uv
        "$1" -m venv .cache/uv >&2 || fail "this Python cannot make a virtual environment." \
            "Debian, Ubuntu: sudo apt-get install python3-venv" \
            "or install uv:  https://docs.astral.sh/uv/"
        .cache/uv/bin/python -m pip install --quiet --require-hashes -r requirements-uv.lock >&2
    fi
    echo .cache/uv/bin/uv
}

if [ "${1:-}" = --print-uv ]; then
    find_uv "$(find_python)"
    exit
fi

python=$(find_python)
uv=$(find_uv "$python")
rm -f "$stamp"
if ! new_enough .venv/bin/python; then
    rm -rf .venv
    "$uv" venv --quiet --python "$(command -v "$python")" .venv
fi
echo "oneup: installing what $lock names into .venv" >&2
"$uv" pip sync --quiet --require-hashes --python .venv/bin/python "$lock"
.venv/bin/python tools/bytecode.py
# The command, and its package for the environment's Python. Both by relative paths: docs/decisions/command.md.
for packages in .venv/lib/python3.*/site-packages; do
    [ ! -d "$packages" ] || echo ../../../../platform >"$packages/oneup.pth"
done
printf '%s\n' '#!/bin/sh' 'exec "$(dirname -- "$0")/python" -m oneup "$@"' >.venv/bin/oneup
chmod +x .venv/bin/oneup
cp "$lock" "$stamp"
