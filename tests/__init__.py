"""A package, so that `python3 -m tests` means this one: python-barcode installs a `tests` of its own."""
