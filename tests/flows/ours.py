"""The words by which each language says that something is not the source's (`words.toml`)."""

from __future__ import annotations

import tomllib
from typing import Any

from locales import FOLDER


def ours_in(language: str) -> dict[str, Any]:
    """The beginnings of words by what they say: a basis, or `not_in_source`."""
    text = (FOLDER / language / "words.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["ours"]
    return found
