"""One module for every revision."""
