"""Files that only their owner reads, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bot.export.errors import ExportError
from flows.messages import message

_OWNER_ONLY, _OWNER_ONLY_FOLDER = 0o600, 0o700


def refuse_existing(paths: list[Path], *, force: bool) -> None:
    """Raise ExportError where one of these is there and may not be written over.

    Asked before the export is logged: what cannot be written is not an export.
    """
    for path in paths:
        if not path.parent.is_dir():
            raise ExportError(message("export.no_folder", path=str(path.parent)))
        if path.is_dir() or (path.exists() and not force):
            raise ExportError(message("export.file_exists", path=str(path)))


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner looks into; one that is there stays as it is."""
    if not folder.is_dir():
        folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True)
        folder.chmod(_OWNER_ONLY_FOLDER)  # whatever the umask says


def write_private(files: Mapping[Path, str], *, force: bool) -> None:
    """Write files with mode 0600. Raises ExportError for one that is there, unless `force`."""
    for path, text in files.items():
        if not force:
            # Taken first, so that nobody else's file of that name is written over meanwhile.
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
            except FileExistsError:
                raise ExportError(message("export.file_exists", path=str(path))) from None
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
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
