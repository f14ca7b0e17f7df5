"""The files and folders of an export, which only their owner reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.export.errors import ExportError
from bot.private_files import write_whole
from flows.messages import message

_OWNER_ONLY_FOLDER = 0o700


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
        try:
            write_whole(path, text.encode(), force=force)
        except FileExistsError:
            raise ExportError(message("export.file_exists", path=str(path))) from None
