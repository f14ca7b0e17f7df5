"""Settings, from the environment or a `.env` file."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.messages import Message, message
from locales import languages, offered
from storage.crypto import Keyring
from storage.database import default_database_url
from storage.keyfile import load_or_create_key_file, read_keyring
from storage.paths import default_key_file

PREFIX = "VOLGORDE_"
_ALL = "all"


class SettingsError(Exception):
    """A setting that cannot be used; `problem` names it and says what to do."""

    def __init__(self, problem: Message) -> None:
        self.problem = problem
        super().__init__(problem.id)


class Settings(BaseSettings):
    """The program's settings; each is the environment variable `VOLGORDE_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    database_url: str = Field(default_factory=default_database_url)
    master_key: SecretStr | None = None
    master_key_file: Path | None = None
    log_file: Path | None = None
    telegram_token: SecretStr | None = None
    telegram_api: str | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_messages_per_second: float | None = Field(default=None, ge=0)
    open_therapists: bool = False
    mothers_write: bool = False
    supervision_minutes: int = Field(default=30, ge=5, le=240)
    invitation_minutes: int = Field(default=60, ge=5, le=7 * 24 * 60)
    quiet_hours: str = "21:00-08:00"
    time_zone: str = "Europe/Amsterdam"
    draft_languages: str = ""
    web_address: str | None = None
    web_leave_to: str = "https://www.buienradar.nl/"
    web_session_minutes: int = Field(default=20, ge=5, le=240)
    web_passkeys_needed: bool = False

    @property
    def database_is_chosen(self) -> bool:
        """Whether the operator named a database."""
        return "database_url" in self.model_fields_set


def read_settings() -> Settings:
    """Read the settings; raises SettingsError naming the first one that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0]).upper()
        raise SettingsError(message("settings.refused", name=PREFIX + name)) from error


def time_zone(settings: Settings) -> ZoneInfo:
    """Return the time zone in which moments are told; raises SettingsError for none."""
    try:
        return ZoneInfo(settings.time_zone)
    except (KeyError, OSError, ValueError) as error:
        raise SettingsError(message("settings.refused", name=f"{PREFIX}TIME_ZONE")) from error


def offered_languages(settings: Settings, *, demonstration: bool) -> tuple[str, ...]:
    """Return the languages that can be chosen: a draft only where it is set, or where nobody's
    real case is asked about.

    Raises SettingsError for a language that there is not.
    """
    codes = settings.draft_languages.replace(",", " ").split()
    unknown = [code for code in codes if code not in (*languages(), _ALL)]
    if unknown:
        name, known = f"{PREFIX}DRAFT_LANGUAGES", ", ".join((_ALL, *languages()))
        raise SettingsError(
            message("settings.language", name=name, value=unknown[0], languages=known)
        )
    everything = _ALL in codes or (demonstration and not codes)
    return offered(languages() if everything else codes)


def keyring(settings: Settings) -> Keyring:
    """Return the master key that is set; raises SettingsError where none is.

    Raises StorageError where a key is set and cannot be used.
    """
    if settings.master_key is None and settings.master_key_file is None:
        raise SettingsError(message("settings.key_needed", name=f"{PREFIX}MASTER_KEY"))
    secret = settings.master_key.get_secret_value() if settings.master_key else None
    return read_keyring(secret, settings.master_key_file)


def keyring_or_local_key(settings: Settings) -> tuple[Keyring, Path | None]:
    """Return the master key; where none is set, that of a local key file, made if need be.

    The second value is the file's path if it was made just now, so that it can be said. Raises
    StorageError where a key is set and cannot be used.
    """
    if settings.master_key is not None or settings.master_key_file is not None:
        return keyring(settings), None
    path = default_key_file()
    key, made = load_or_create_key_file(path)
    return Keyring(key), path if made else None
