"""Benchmarks of the product, beside the machine's own limits: `python3 -m tests.benchmarks`."""
