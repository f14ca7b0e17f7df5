"""Saves answers as fast as it can and says of each that it is saved, until it is killed.

`python -m tests.storage.kill_child DATABASE_URL MASTER_KEY INTERVIEW`
"""

import sys
from collections import deque
from concurrent.futures import Future
from functools import partial
from itertools import count

from storage import Keyring, MasterKey, Store, Transaction
from tests.storage.helpers import answer

AT_ONCE = 20


def set_checkpoints(tx: Transaction, pages: int) -> None:
    tx._connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {pages}")


def main(url: str, key: str, interview_id: str) -> None:
    with Store.open(url, Keyring(MasterKey.parse(key))) as store:
        # Many checkpoints, so that some kills come in the middle of one.
        store.run(partial(set_checkpoints, pages=8))
        done = store.run(lambda tx: tx.interview(interview_id)).revision
        waiting: deque[tuple[int, Future[int]]] = deque()
        for n in count(done + 1):
            future = store.submit(partial(answer, interview_id=interview_id, key=f"u{n}"))
            waiting.append((n, future))
            if len(waiting) == AT_ONCE:
                saved, future = waiting.popleft()
                future.result()
                sys.stdout.write(f"{saved}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
