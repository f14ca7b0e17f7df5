"""The web: the supervisors' console, and the same conversation in a browser."""
