import os
import stat
from pathlib import Path

import pytest

from storage import MasterKey, StorageError, load_key_file, load_or_create_key_file, read_keyring


def refusal(path: Path) -> StorageError:
    with pytest.raises(StorageError) as caught:
        load_or_create_key_file(path)
    return caught.value


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "config" / "volgorde" / "master.key"
    key, created = load_or_create_key_file(path)
    assert created
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700
    assert mode_of(path.parent.parent) == 0o700
    assert os.listdir(path.parent) == ["master.key"]  # noqa: PTH208 - the names are what matters
    assert load_key_file(path) == key


def test_a_key_file_that_exists_is_read_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    key, _ = load_or_create_key_file(path)
    before = path.read_bytes()
    assert load_or_create_key_file(path) == (key, False)
    assert path.read_bytes() == before


def test_the_rights_of_a_directory_that_exists_are_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    load_or_create_key_file(tmp_path / "master.key")
    assert mode_of(tmp_path) == 0o755


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    load_or_create_key_file(path)
    path.chmod(mode)
    error = refusal(path)
    assert error.code == "key_file_permissions"
    assert error.params == {
        "setting": "VOLGORDE_MASTER_KEY_FILE",
        "path": str(path),
        "mode": f"0{mode:o}",
    }


@pytest.mark.parametrize("content", [b"", b"geheim\n", b"\xff\xfe", b"A" * 2000])
def test_a_file_that_holds_no_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.touch(0o600)
    path.write_bytes(content)
    assert refusal(path).code == "key_file_malformed"
    assert path.read_bytes() == content


def test_a_directory_in_the_place_of_a_key_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "key_file_unreadable"


def test_a_key_file_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    error = refusal(tmp_path / "file" / "master.key")
    assert error.code == "key_file_unreadable"
    assert error.params["path"] == str(tmp_path / "file" / "master.key")


def test_a_key_file_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        load_key_file(tmp_path / "master.key")
    assert caught.value.code == "key_file_unreadable"
    assert not list(tmp_path.iterdir())


def test_of_two_that_make_the_file_at_once_the_first_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "master.key"
    first = MasterKey.generate()
    link = os.link

    def late(source: Path, target: Path) -> None:
        path.touch(0o600)
        path.write_text(first.text())
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert load_or_create_key_file(path) == (first, False)
    assert [found.name for found in tmp_path.iterdir()] == ["master.key"]


def test_where_the_file_system_knows_no_links_the_file_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    key, created = load_or_create_key_file(tmp_path / "master.key")
    assert created
    assert load_key_file(tmp_path / "master.key") == key
    assert mode_of(tmp_path / "master.key") == 0o600


def test_a_keyring_comes_from_the_key_before_the_file(tmp_path: Path) -> None:
    in_file, _ = load_or_create_key_file(tmp_path / "master.key")
    key = MasterKey.generate()
    assert read_keyring(key.text(), tmp_path / "master.key").current == key
    assert read_keyring(None, tmp_path / "master.key").current == in_file


def test_without_key_and_file_the_key_is_missing() -> None:
    for nothing in (None, ""):
        with pytest.raises(StorageError) as caught:
            read_keyring(nothing, None)
        assert caught.value.code == "key_missing"
        assert set(caught.value.params.values()) == {
            "VOLGORDE_MASTER_KEY",
            "VOLGORDE_MASTER_KEY_FILE",
        }
