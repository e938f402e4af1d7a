"""What a text costs, measured: `make bench`; docs/benchmarks.md says what the numbers mean."""
