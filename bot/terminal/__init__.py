"""The terminal channel: the embedded default, without token or server."""
