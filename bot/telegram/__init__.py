"""The Telegram channel: python-telegram-bot as the shell around the service."""

import os

# Durations as durations: the library's coming default, and until then a warning at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "1")
