#!/bin/sh
# Install into .venv what pyproject.toml asks, at the versions of constraints.txt.
# Usage: venv.sh PYTHON VENV REQUIREMENT   (the requirement is . or .[dev])
#
# A .venv that this run made and could not finish is removed again. One that an earlier run left
# unfinished because it was killed has the marker, and is made anew.
set -eu
python=$1 venv=$2 requirement=$3
constraints=$(dirname "$0")/constraints.txt
marker=$venv/.unfinished

tidy() {
    status=$?
    [ ! -e "$marker" ] || rm -rf "$venv"
    exit "$status"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

[ ! -e "$marker" ] || rm -rf "$venv"
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$venv"
    mkdir "$venv"
    : >"$marker"
    "$python" -m venv "$venv"
fi

# Standard input belongs to the conversation that may follow.
install() {
    "$venv/bin/python" -m pip install --disable-pip-version-check -qq -c "$constraints" "$@" </dev/null
}
install hatchling editables
install --no-build-isolation -e "$requirement"
rm -f "$marker"
