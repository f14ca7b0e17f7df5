"""What is kept: tables, encryption, migrations. `Store` is the way in.

Nothing here knows a question. Nothing that somebody typed reaches the disk unsealed, and what was
acknowledged is on the disk, once.
"""

from storage.codes import new_code, parse_code
from storage.crypto import Keyring, MasterKey
from storage.database import default_database_url, sqlite_url
from storage.errors import DuplicateUpdate, StaleRevision, StorageError
from storage.keyfile import load_key_file, load_or_create_key_file, read_keyring
from storage.migrate import Upgrade, current_revision, head_revision, upgrade
from storage.paths import default_key_file
from storage.records import (
    CaseRecord,
    Event,
    EventRecord,
    InterviewRecord,
    OutboxRecord,
    Outgoing,
    ProposalRecord,
    ReviewRecord,
)
from storage.store import Store
from storage.transaction import Transaction

__all__ = [
    "CaseRecord",
    "DuplicateUpdate",
    "Event",
    "EventRecord",
    "InterviewRecord",
    "Keyring",
    "MasterKey",
    "OutboxRecord",
    "Outgoing",
    "ProposalRecord",
    "ReviewRecord",
    "StaleRevision",
    "StorageError",
    "Store",
    "Transaction",
    "Upgrade",
    "current_revision",
    "default_database_url",
    "default_key_file",
    "head_revision",
    "load_key_file",
    "load_or_create_key_file",
    "new_code",
    "parse_code",
    "read_keyring",
    "sqlite_url",
    "upgrade",
]
