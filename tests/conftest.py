"""What all tests share: an SQL statement is compiled once in a process, not in each database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from storage import sqlite


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what has to run in one worker first: begun last, it would leave the others idle."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Give every engine the first one's dialect and compiled statements.

    The program has one engine for as long as it runs. Tests open hundreds, and SQLAlchemy would
    compile each statement anew for each.
    """
    first: list[Engine] = []

    def made(*arguments: Any, **options: Any) -> Engine:
        engine = create_engine(*arguments, **options)
        if first:
            engine.dialect = first[0].dialect
            engine._compiled_cache = first[0]._compiled_cache
        else:
            first.append(engine)
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite, "create_engine", made)
        yield
