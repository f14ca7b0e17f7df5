"""Running the bot: from settings to a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.leaving import exit_words
from bot.quiet_hours import read_quiet_hours
from bot.service import Service
from bot.serving import Address, is_loopback, log_as_json, read_address, serving
from bot.settings import PREFIX, Settings, SettingsError, keyring, offered_languages
from bot.telegram.app import RefusedTokenError, TelegramBot, Timing
from bot.telegram.desk import Desk
from bot.telegram.pace import OVERALL, Pace
from bot.telegram.turn import CHANNEL, House
from bot.telegram.webhook import Webhook, status_app
from flows.messages import message
from flows.protocol import Protocol
from locales import SOURCE_LANGUAGE, lexicon
from storage.store import Store

_LONGEST_SECRET = 256
_SWITCH_SECONDS = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the bot is to run, checked."""

    token: str = field(repr=False)
    api: str | None
    open_therapists: bool
    messages_per_second: float
    webhook: str | None = None
    secret: str = field(default="", repr=False)
    listen: Address | None = None
    status: Address | None = None
    mothers_write: bool = False
    house: House = field(default_factory=House)


def plan(
    settings: Settings, *, webhook: str | None, listen: str | None, status: str | None
) -> Plan:
    """Check the settings; raises SettingsError naming the first that cannot be used."""
    token = _secret(settings.telegram_token)
    if not token:
        raise SettingsError(message("settings.token_needed", name=f"{PREFIX}TELEGRAM_TOKEN"))
    api = settings.telegram_api
    if api is not None and urlsplit(api).scheme not in ("http", "https"):
        raise SettingsError(message("settings.refused", name=f"{PREFIX}TELEGRAM_API"))
    near = api is not None and is_loopback(urlsplit(api).hostname or "")
    if settings.open_therapists and not near:
        raise SettingsError(
            message(
                "settings.open_therapists",
                name=f"{PREFIX}OPEN_THERAPISTS",
                api=f"{PREFIX}TELEGRAM_API",
            )
        )
    secret = _secret(settings.telegram_webhook_secret)
    if webhook is not None:
        if urlsplit(webhook).scheme not in ("http", "https") or not urlsplit(webhook).hostname:
            raise SettingsError(message("settings.option", name="--webhook", value=webhook))
        if not _is_secret(secret):
            raise SettingsError(
                message("settings.secret_needed", name=f"{PREFIX}TELEGRAM_WEBHOOK_SECRET")
            )
        if listen is None:
            raise SettingsError(message("settings.listen_needed", name="--listen"))
    elif listen is not None:
        raise SettingsError(message("settings.webhook_needed", name="--webhook"))
    chosen = settings.telegram_messages_per_second
    # A server of one's own (or a test's) has no such limit.
    usual = 0.0 if near else OVERALL
    return Plan(
        token=token,
        api=api,
        open_therapists=settings.open_therapists,
        messages_per_second=usual if chosen is None else chosen,
        webhook=webhook,
        secret=secret,
        listen=read_address("--listen", listen),
        status=read_address("--status", status),
        mothers_write=settings.mothers_write,
        house=_house(settings),
    )


def _house(settings: Settings) -> House:
    try:
        quiet = read_quiet_hours(settings.quiet_hours, settings.time_zone)
    except ValueError:
        names = f"{PREFIX}QUIET_HOURS, {PREFIX}TIME_ZONE"
        raise SettingsError(message("settings.refused", name=names)) from None
    return House(
        supervision=timedelta(minutes=settings.supervision_minutes),
        invitation=timedelta(minutes=settings.invitation_minutes),
        quiet=quiet,
        languages=offered_languages(settings, demonstration=settings.open_therapists),
        web_address=settings.web_address or "",
        web_passkeys_needed=settings.web_passkeys_needed,
    )


def run(settings: Settings, protocol: Protocol, chosen: Plan) -> None:
    """Run the bot until it is told to stop. Raises StorageError, SettingsError."""
    keys = keyring(settings)
    log_as_json(settings)
    prepare(chosen.house)
    # The writer thread has to wait for its turn after every statement; not for long, then.
    sys.setswitchinterval(_SWITCH_SECONDS)
    with Store.open(settings.database_url, keys, migrate=False) as store:
        asyncio.run(_run(store, protocol, chosen))


def prepare(house: House) -> None:
    """Read what turns look things up in, before the first: the writer thread waits for nothing."""
    exit_words()
    lexicon().has_danger_words("", SOURCE_LANGUAGE)
    house.voices.can_say(SOURCE_LANGUAGE, "")


async def _run(store: Store, protocol: Protocol, chosen: Plan) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    bot = make_bot(store, protocol, chosen, Timing(clock=lambda: datetime.now(UTC)))
    async with contextlib.AsyncExitStack() as stack:
        if chosen.status is not None:
            await stack.enter_async_context(serving(status_app(bot), chosen.status))
        stack.push_async_callback(bot.stop)
        try:
            await bot.start()
            await _serve(bot, chosen, stopping)
        except RefusedTokenError:
            raise SettingsError(
                message("settings.token_refused", name=f"{PREFIX}TELEGRAM_TOKEN")
            ) from None


def make_bot(store: Store, protocol: Protocol, chosen: Plan, timing: Timing) -> TelegramBot:
    """Put a bot together."""
    service = Service(
        store,
        protocol,
        channel=CHANNEL,
        clock=timing.clock,
        mothers_write=chosen.mothers_write,
    )
    desk = Desk(
        store,
        service,
        open_therapists=chosen.open_therapists,
        house=chosen.house,
        clock=timing.clock,
    )
    return TelegramBot(
        store,
        desk,
        token=chosen.token,
        api=chosen.api,
        pace=Pace(timing.monotonic, overall=chosen.messages_per_second),
        timing=timing,
    )


async def _serve(bot: TelegramBot, chosen: Plan, stopping: asyncio.Event) -> None:
    await bot.take_up_inbox()
    if chosen.webhook is None or chosen.listen is None:
        await bot.poll(stopping)
        return
    webhook = Webhook(bot, url=chosen.webhook, secret=chosen.secret)
    async with serving(webhook.app, chosen.listen):
        await bot.register(chosen.webhook, chosen.secret)
        await stopping.wait()
    await webhook.finish()


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value().strip() if value is not None else ""


def _is_secret(text: str) -> bool:
    allowed = text.replace("-", "").replace("_", "")
    return 0 < len(text) <= _LONGEST_SECRET and allowed.isascii() and allowed.isalnum()
