"""The Alembic environment, used by `storage.migrate` and never by hand."""

from typing import Final

# In order, the last is the head. Kept here so that a start with nothing to migrate need not load
# Alembic (150 ms); a test holds it to the scripts.
REVISIONS: Final = ("0001_first_tables", "0002_chats", "0003_people", "0004_web")
