"""Who must be told, when, and getting it there."""
