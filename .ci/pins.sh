#!/bin/sh
# Write constraints.txt: the exact version of everything an installation takes, build tools included.
# Usage: pins.sh PYTHON [--upgrade]   Without --upgrade a version changes only where it must.
set -eu
python=$1
shift
cd "$(dirname "$0")/.."
constraints=.ci/constraints.txt

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --disable-pip-version-check -qq pip-tools==7.6.2
[ ! -e "$constraints" ] || cp "$constraints" "$work/pins.txt"
printf '%s\n' hatchling editables >"$work/build.in"
"$work/venv/bin/pip-compile" --quiet --all-extras --allow-unsafe --strip-extras --no-header \
    --no-annotate --no-emit-options --no-emit-index-url --no-emit-trusted-host \
    --no-emit-find-links --output-file "$work/pins.txt" "$@" pyproject.toml "$work/build.in"

# Only pins go into the file, whatever else this machine's settings made the tool write.
{
    echo '# The exact version of everything an installation takes, build tools included. Not edited by hand:'
    echo '# `make pins` adds what pyproject.toml newly asks; `make pins ARGS=--upgrade` takes the newest of all.'
    grep -E '^[A-Za-z0-9][A-Za-z0-9._-]*==[^ ]+( *;.*)?$' "$work/pins.txt"
} >"$work/constraints.txt"
cat "$work/constraints.txt" >"$constraints"
