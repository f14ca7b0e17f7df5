"""One way to turn data into bytes, so that equal content has an equal hash."""

from __future__ import annotations

import json
from typing import Any


def canonical(data: Any) -> bytes:
    """Return JSON with sorted keys and no spaces, as UTF-8."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
