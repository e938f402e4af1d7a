"""What is heard and answered: a family's text comes in, one reply goes out."""
