"""The master key in a file that only its owner can read."""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from storage.crypto import Keyring, MasterKey
from storage.errors import KEY_FILE_SETTING, KEY_SETTING, StorageError
from storage.paths import make_private_directory

_OTHERS: Final = 0o077
_MOST_BYTES: Final = 1024


def read_keyring(master_key: str | None, master_key_file: Path | None) -> Keyring:
    """Make a keyring from the two settings; the key itself goes before the file.

    Raises StorageError `key_missing` without either, `key_malformed`, `key_file_malformed`,
    `key_file_permissions` or `key_file_unreadable`.
    """
    if master_key:
        return Keyring(MasterKey.parse(master_key))
    if master_key_file is not None:
        return Keyring(load_key_file(master_key_file))
    raise StorageError("key_missing", setting=KEY_SETTING, setting_file=KEY_FILE_SETTING)


def load_key_file(path: Path) -> MasterKey:
    """Read the key in a file.

    Raises StorageError `key_file_unreadable`, `key_file_permissions` where group or others have any
    right to it, or `key_file_malformed`.
    """
    try:
        # The rights are asked of the opened file, so nobody can swap it between the look and the
        # reading.
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            raw = file.read(_MOST_BYTES)
    except OSError as error:
        raise _unreadable(path) from error
    if os.name == "posix" and mode & _OTHERS:
        raise StorageError(
            "key_file_permissions", setting=KEY_FILE_SETTING, path=str(path), mode=f"{mode:04o}"
        )
    try:
        return MasterKey.parse(raw.decode("ascii"))
    except (StorageError, UnicodeDecodeError):
        raise StorageError("key_file_malformed", setting=KEY_FILE_SETTING, path=str(path)) from None


def load_or_create_key_file(path: Path) -> tuple[MasterKey, bool]:
    """Read the key in a file, or make one; the second value says whether it was made.

    The file has mode 0600 from its first moment and appears whole or not at all. Raises as
    `load_key_file` does; `key_file_unreadable` also where it cannot be made.
    """
    if path.exists():
        return load_key_file(path), False
    key = MasterKey.generate()
    try:
        make_private_directory(path.parent)
        _publish(path, f"{key.text()}\n".encode("ascii"))
    except FileExistsError:
        # Another process was first; its key is the key.
        return load_key_file(path), False
    except OSError as error:
        raise _unreadable(path) from error
    return key, True


def _publish(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_new(draft, content)
        try:
            # A link, unlike a rename, fails where the name is taken: a key is never overwritten.
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:
            # Some file systems know no links (Android, FAT). Then a kill can leave half a file,
            # which is refused as malformed, and no case can have been sealed with it.
            _write_new(path, content)
    finally:
        draft.unlink(missing_ok=True)
    _sync_directory(path.parent)


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(directory: Path) -> None:
    # A directory cannot be opened everywhere; the key is in its file by then.
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unreadable(path: Path) -> StorageError:
    return StorageError("key_file_unreadable", setting=KEY_FILE_SETTING, path=str(path))
