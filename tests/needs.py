"""What a test needs besides Python, and what to do where it is missing."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(program: str, target: str) -> None:
    """Skip a test in one line where a program is missing; in CI that is a failure."""
    if shutil.which(program) is None:
        missing = f"{program} is not installed: make {target}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
