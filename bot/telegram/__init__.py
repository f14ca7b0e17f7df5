"""The Telegram channel: python-telegram-bot as the shell around the service."""
