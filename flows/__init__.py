"""What is asked and what follows from it: pure, without I/O, clock, channel or database."""
