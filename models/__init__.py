"""What is true: tables, and the rules on them, each rule beside its table. Imports nothing of ours."""
