"""Questions aloud: a recording of a human voice where there is one, else a voice of espeak-ng.

What is spoken is what the catalogues say, never what somebody answered; so what was made once can
be kept as a file that says nothing about anybody.
"""

from __future__ import annotations

import shutil
import subprocess
import wave
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import Final

import lameenc
from platformdirs import user_cache_path

from locales import FOLDER

RECORDINGS: Final = (".ogg", ".mp3", ".m4a")
"""What a messenger takes as a voice message."""
_WORDS_A_MINUTE: Final = "140"
_KILOBITS: Final = 48
_SECONDS: Final = 30


class SpeechError(Exception):
    """A text that could not be spoken."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is to be spoken: a language, the key that names a recording of it, and the words."""

    language: str
    key: str
    words: str


class Voices:
    """Speaks the texts of the catalogues."""

    def __init__(
        self, folder: Path = FOLDER, cache: Path | None = None, engine: str = "espeak-ng"
    ) -> None:
        """Take recordings from the languages' folders; keep what `engine` says in `cache`."""
        self._folder = folder
        self._cache = cache or user_cache_path("volgorde") / "speech"
        self._engine = shutil.which(engine)

    def can_say(self, language: str, key: str) -> bool:
        """Whether there is a recording of this text, or a voice for the language."""
        return self._recording(language, key) is not None or language in self._languages

    def say(self, spoken: Spoken) -> bytes:
        """Return the sound of a text, made once; this may take a moment.

        Raises SpeechError where it cannot be made.
        """
        try:
            return self._sound(spoken)
        except (OSError, EOFError, wave.Error) as error:
            raise SpeechError(type(error).__name__) from error

    def _sound(self, spoken: Spoken) -> bytes:
        recording = self._recording(spoken.language, spoken.key)
        if recording is not None:
            return recording.read_bytes()
        name = sha256(f"{_WORDS_A_MINUTE} {spoken.language} {spoken.words}".encode()).hexdigest()
        kept = self._cache / f"{name}.mp3"
        if not kept.exists():
            sound = _mp3(self._wave(spoken))
            self._cache.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Somebody else may be asking for the same at this moment.
            half = kept.with_suffix(f".{token_hex(4)}")
            half.write_bytes(sound)
            half.replace(kept)
        return kept.read_bytes()

    def _recording(self, language: str, key: str) -> Path | None:
        folder = self._folder / language / "audio"
        found = (folder / f"{key}{ending}" for ending in RECORDINGS)
        return next((path for path in found if path.exists()), None)

    @cached_property
    def _languages(self) -> frozenset[str]:
        """The languages that the engine has a voice for; none where it does not work."""
        if self._engine is None:
            return frozenset()
        try:
            listed = self._run("--voices").decode(errors="replace").splitlines()[1:]
        except SpeechError:
            return frozenset()
        rows = (line.split() for line in listed)
        return frozenset(row[1].partition("-")[0] for row in rows if len(row) > 1)

    def _wave(self, spoken: Spoken) -> bytes:
        if spoken.language not in self._languages:
            raise SpeechError(f"no voice for {spoken.language}")
        words = spoken.words.encode()
        return self._run("-v", spoken.language, "-s", _WORDS_A_MINUTE, "--stdout", given=words)

    def _run(self, *options: str, given: bytes = b"") -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - found by its name, with options of ours
                [str(self._engine), *options],
                input=given,
                capture_output=True,
                check=True,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise SpeechError(type(error).__name__) from error
        return done.stdout


def _mp3(sound: bytes) -> bytes:
    with wave.open(BytesIO(sound)) as read:
        encoder = lameenc.Encoder()
        encoder.set_bit_rate(_KILOBITS)
        encoder.set_in_sample_rate(read.getframerate())
        encoder.set_channels(read.getnchannels())
        encoder.silence()
        samples = read.readframes(read.getnframes())
    return bytes(encoder.encode(samples)) + bytes(encoder.flush())
