"""Meets a disk that takes no more, and then has room again; says what became of three answers.

`python -m tests.storage.full_child DATABASE_URL MASTER_KEY INTERVIEW DATABASE_FILE`
"""

import resource
import sys
from pathlib import Path

from storage import Keyring, MasterKey, StorageError, Store
from tests.storage.helpers import answer

LONG = "x" * 200_000


def main(url: str, key: str, interview_id: str, path: str) -> None:
    def say(update_key: str, text: str) -> None:
        try:
            store.run(lambda tx: answer(tx, interview_id, update_key, text=text))
        except StorageError as error:
            sys.stdout.write(f"{update_key} {error.code}\n")
        else:
            sys.stdout.write(f"{update_key} saved\n")

    with Store.open(url, Keyring(MasterKey.parse(key))) as store:
        say("first", "yes")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        most = max(Path(f"{path}{end}").stat().st_size for end in ("", "-wal")) + 4096
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
        say("second", LONG)
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        say("third", LONG)


if __name__ == "__main__":
    main(*sys.argv[1:])
