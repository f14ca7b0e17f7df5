"""A small fake Bot API server over real HTTP, with phones to hold in the hand."""
