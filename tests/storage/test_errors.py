import pytest

from storage import DuplicateUpdate, StaleRevision, StorageError
from storage.errors import FALLBACKS, placeholders


@pytest.mark.parametrize("code", sorted(FALLBACKS))
def test_every_code_has_a_sentence_with_its_parameters(code: str) -> None:
    params = {name: f"<{name}>" for name in placeholders(code)}
    error = StorageError(code, **params)
    assert error.code == code
    assert error.params == params
    for value in params.values():
        assert value in str(error)


def test_an_error_with_other_parameters_than_its_sentence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="database_full"):
        StorageError("database_full")


def test_an_error_with_an_unknown_code_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        StorageError("database_bored")


def test_duplicates_and_stale_revisions_are_storage_errors_too() -> None:
    assert DuplicateUpdate("u1").params == {"update": "u1"}
    assert StaleRevision("i1", 3).params == {"interview": "i1", "expected": "3"}
