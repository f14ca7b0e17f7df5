"""How people reach it: the channels, and the service between them and the store."""
