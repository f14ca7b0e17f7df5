"""`python -m bot` is the same as `volgorde`."""

from bot.cli import main

main()
