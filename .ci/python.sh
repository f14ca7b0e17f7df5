#!/bin/sh
# Say in one line what is missing before PYTHON can make a virtual environment; say nothing when
# all is well. The Makefile shows the line and stops.
set -u
python=${1:-python3}

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Volgorde needs Python 3.11 or newer, and there is no $python here; on Debian: apt install python3 python3-venv"
    exit
fi

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || version=unknown
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    echo "Volgorde needs Python 3.11 or newer, and $python is version $version; on Debian 12: apt install python3.11 python3.11-venv, then add PYTHON=python3.11 to the make command"
    exit
fi

# Debian's python3 has a venv module that fails halfway as long as ensurepip is not installed, so
# both are tried for real.
trial=$(mktemp -d) || exit
trap 'rm -rf "$trial"' EXIT
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
    ! "$python" -m venv --without-pip "$trial/venv" >/dev/null 2>&1; then
    echo "Volgorde needs the venv module of $python, and it is not installed; on Debian: apt install python3-venv (or, for this version alone, python$version-venv)"
fi
