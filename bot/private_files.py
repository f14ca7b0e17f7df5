"""Files that only their owner reads, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

_OWNER_ONLY = 0o600


def write_whole(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file with mode 0600. Raises FileExistsError for one that is there, unless `force`.

    Where writing fails nothing half is left behind.
    """
    if not force:
        # Taken first, so that nobody else's file of that name is written over meanwhile.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        if not force:
            with suppress(OSError):
                path.unlink()
        raise
