"""What storage refuses, and why, as stable codes that a channel can put into words."""

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Final

DATABASE_SETTING: Final = "VOLGORDE_DATABASE_URL"
KEY_SETTING: Final = "VOLGORDE_MASTER_KEY"
KEY_FILE_SETTING: Final = "VOLGORDE_MASTER_KEY_FILE"

# For developers only. What people read stands in the catalogues under `storage.<code>`, with the
# same placeholders.
FALLBACKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "database_url_malformed": "{setting} is not a database URL",
        "database_url_unsupported": "{setting}: {dialect} is not supported; use sqlite:///<file>",
        "database_foreign": "{setting}: {path} is not a Volgorde database; nothing was changed",
        "database_newer": (
            "{setting}: {path} is at revision {revision}, made by a newer version than this one"
            " (which knows up to {head}); nothing was changed"
        ),
        "database_older": (
            "{setting}: {path} is at revision {revision} and must be brought to {head}:"
            " run `volgorde migrate`"
        ),
        "database_locked": "{setting}: {path} is in use by another program; try again",
        "database_full": "{setting}: no room left on the disk of {path}",
        "database_readonly": "{setting}: {path} cannot be written to",
        "database_unreachable": "{setting}: {path} cannot be opened",
        "database_damaged": "{setting}: {path} is damaged; restore a backup",
        "database_io": "{setting}: the disk of {path} reported an error",
        "key_missing": "no master key: set {setting} or {setting_file}",
        "key_malformed": "{setting} is not a master key (32 bytes, urlsafe base64)",
        "key_file_malformed": "{setting}: {path} holds no master key (32 bytes, urlsafe base64)",
        "key_file_permissions": "{setting}: {path} is open to others (mode {mode}); chmod 600 it",
        "key_file_unreadable": "{setting}: {path} cannot be read or made",
        "key_wrong": (
            "{setting}: the cases in {path} need the master key {needed}; given was {given};"
            " nothing was changed"
        ),
        "text_unknown": "at {place} there is no text that somebody wrote",
        "person_unknown": "nobody who works here has this code",
        "person_bound": "an account belongs to this person already",
        "person_role": "{person} is no {role}, or is disabled",
        "link_unknown": "this link opens nothing",
        "link_expired": "this link is no longer valid",
        "link_used": "this link was used before",
        "case_unknown": "case {case} is unknown",
        "case_exists": "case {case} exists already",
        "case_code_malformed": "this is not a case code",
        "case_unreadable": "case {case} cannot be read: its key is gone or its data was altered",
        "interview_unknown": "interview {interview} is unknown",
        "interview_open_already": "case {case} has an open interview with the {respondent} already",
        "interview_ended": "interview {interview} has ended",
        "review_not_waiting": "this intake does not wait for a verdict (any more)",
        "review_outdated": "the proposal has changed since; read it again",
        "review_danger": "danger was told of since; nothing is signed off",
        "review_own": "nobody signs off a case of their own",
        "proposal_unknown": "proposal {proposal} is unknown",
        "update_duplicate": "update {update} was applied already",
        "revision_stale": "interview {interview} is no longer at revision {expected}",
        "store_closed": "the store is closed",
    }
)


def placeholders(code: str) -> frozenset[str]:
    """Name the parameters that errors with this code carry. KeyError for an unknown code."""
    return frozenset(name for _, name, _, _ in Formatter().parse(FALLBACKS[code]) if name)


class StorageError(Exception):
    """Something storage refuses or cannot do: a stable code and the parameters of its sentence."""

    def __init__(self, code: str, **params: str) -> None:
        """Raise ValueError where the parameters are not those of the code's sentence."""
        if frozenset(params) != placeholders(code):
            raise ValueError(f"{code} needs exactly {sorted(placeholders(code))}")
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return FALLBACKS[self.code].format(**self.params)


class DuplicateUpdate(StorageError):  # noqa: N818 - the name callers read
    """This update was applied before; nothing was done a second time."""

    def __init__(self, update_key: str) -> None:
        super().__init__("update_duplicate", update=update_key)


class StaleRevision(StorageError):  # noqa: N818 - the name callers read
    """The interview moved on since the caller read it; nothing was done."""

    def __init__(self, interview_id: str, expected: int) -> None:
        super().__init__("revision_stale", interview=interview_id, expected=str(expected))
