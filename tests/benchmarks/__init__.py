"""How fast the product is, beside what the machine could do at most: `python3 -m tests.benchmarks`."""
