"""Running the console: from settings to a clean stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from bot.access import WEB
from bot.service import Service
from bot.serving import Address, is_loopback, log_as_json, read_address, serving
from bot.settings import PREFIX, Settings, SettingsError, offered_languages, time_zone
from bot.web.app import House, Web
from bot.web.cases import Cases
from bot.web.her_side import HerSide
from bot.web.interviewing import Interviewing
from bot.web.papers import Papers
from bot.web.signing_in import SigningIn
from flows.messages import message
from flows.protocol import Protocol
from locales import catalogue
from storage.crypto import Keyring
from storage.store import Store

LISTEN = "127.0.0.1:8700"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the console is to run, checked."""

    listen: Address
    house: House
    mothers_write: bool = False
    keys: Keyring = field(repr=False)


def plan(settings: Settings, keys: Keyring, *, listen: str | None, demo: bool) -> Plan:
    """Check the settings; raises SettingsError naming the first that cannot be used."""
    address = read_address("--listen", listen or LISTEN)
    assert address is not None  # noqa: S101 - there is always one
    public = settings.web_address
    if public is None:
        if not is_loopback(address.host):
            raise SettingsError(
                message("web.setting.web_address_needed", name=f"{PREFIX}WEB_ADDRESS")
            )
        # A passkey is made for a name; a number has none.
        public = f"http://localhost:{address.port}"
    parts = urlsplit(public)
    near = is_loopback(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise SettingsError(message("settings.refused", name=f"{PREFIX}WEB_ADDRESS"))
    if parts.scheme == "http" and not near:
        raise SettingsError(message("web.setting.web_address_open", name=f"{PREFIX}WEB_ADDRESS"))
    leave = urlsplit(settings.web_leave_to)
    if leave.scheme != "https" or not leave.hostname:
        raise SettingsError(message("settings.refused", name=f"{PREFIX}WEB_LEAVE_TO"))
    house = House(
        address=public.rstrip("/"),
        leave_to=settings.web_leave_to,
        idle=timedelta(minutes=settings.web_session_minutes),
        passkeys_needed=settings.web_passkeys_needed,
        supervision=timedelta(minutes=settings.supervision_minutes),
        invitation=timedelta(minutes=settings.invitation_minutes),
        languages=offered_languages(settings, demonstration=demo),
        zone=time_zone(settings),
    )
    return Plan(listen=address, house=house, mothers_write=settings.mothers_write, keys=keys)


def make_app(
    store: Store,
    protocol: Protocol,
    house: House,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    mothers_write: bool = False,
) -> ASGIApp:
    """Put the console together."""
    service = Service(store, protocol, channel=WEB, clock=clock, mothers_write=mothers_write)
    web = Web(store, service, house, clock=clock)
    interviewing = Interviewing(web)
    pages = (SigningIn(web), Cases(web), Papers(web), interviewing, HerSide(web, interviewing))
    return web.app([route for page in pages for route in page.routes()])


def run(
    settings: Settings,
    protocol: Protocol,
    chosen: Plan,
    *,
    migrate: bool,
    ready: Callable[[Store], None],
) -> None:
    """Run the console until it is told to stop; `ready` is called once, before it listens."""
    log_as_json(settings)
    for language in chosen.house.languages:
        catalogue(language)  # read before the first page, which a unit of work waits for
    with Store.open(settings.database_url, chosen.keys, migrate=migrate) as store:
        ready(store)
        asyncio.run(_run(store, protocol, chosen))


async def _run(store: Store, protocol: Protocol, chosen: Plan) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    app = make_app(store, protocol, chosen.house, mothers_write=chosen.mothers_write)
    async with serving(app, chosen.listen):
        await stopping.wait()
