"""Where the database and the key file stand by default, and directories that are nobody else's."""

from pathlib import Path
from typing import Final

from platformdirs import user_config_path, user_data_path

_APP: Final = "volgorde"
_PRIVATE: Final = 0o700


def default_database_file() -> Path:
    """Name the SQLite file in the user's data directory."""
    return user_data_path(_APP, appauthor=False) / "volgorde.db"


def default_key_file() -> Path:
    """Name the key file in the user's configuration directory.

    Not beside the database: a copy of the data directory must not carry the key that opens it.
    """
    return user_config_path(_APP, appauthor=False) / "master.key"


def make_private_directory(directory: Path) -> None:
    """Make a directory and its missing parents with mode 0700; one that exists stays as it is.

    Raises OSError where it cannot be made.
    """
    if directory.is_dir():
        return
    if directory.parent != directory:
        make_private_directory(directory.parent)
    directory.mkdir(mode=_PRIVATE, exist_ok=True)
