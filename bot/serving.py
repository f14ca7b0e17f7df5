"""Serving: listening somewhere, and a log without words; for whatever is reached over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn

from bot.settings import Settings, SettingsError
from flows.messages import message


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int


class _Server(uvicorn.Server):
    """A server that leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


@contextlib.asynccontextmanager
async def serving(app: Any, address: Address) -> AsyncIterator[None]:
    """Serve an application for as long as the block lasts.

    Raises SettingsError where nothing can listen at that address.
    """
    server = _Server(
        uvicorn.Config(
            app,
            host=address.host,
            port=address.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    try:
        sockets = [server.config.bind_socket()]
    except SystemExit:
        # That is how uvicorn says that the address is taken.
        value = f"{address.host}:{address.port}"
        raise SettingsError(message("settings.address_taken", value=value)) from None
    task = asyncio.create_task(server.serve(sockets=sockets))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def log_as_json(settings: Settings) -> None:
    """Write the log as JSON lines: ids and times, no words.

    What other libraries log goes through only as a warning, and without its text: HTTP libraries
    log URLs, and the token stands in them.
    """
    stream = sys.stderr
    if settings.log_file is not None:
        stream = settings.log_file.open("a", encoding="utf-8", buffering=1)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_WithoutText()], force=True)


class _WithoutText(logging.Handler):
    """Passes on that another library had something to say, and not what."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write who, and how serious."""
        structlog.get_logger(record.name).warning(
            "library", level_name=record.levelname, place=f"{record.module}:{record.lineno}"
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_address(option: str, text: str | None) -> Address | None:
    """Read `HOST:PORT`; raises SettingsError naming the option."""
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise SettingsError(message("settings.address", name=option, value=text))
    return Address(host.strip("[]"), int(port))
