"""What is taken out of the program, each time with a reason that is kept."""
