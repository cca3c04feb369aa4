"""`python3 -m tests.benchmarks [--quick] [names…]`: measure, print, and write docs/performance.md."""

from __future__ import annotations

import sys

from queue_app import bootstrap


def main(arguments: list[str]) -> int:
    """Install the libraries first, on a fresh machine too; then measure."""
    bootstrap.ensure_environment(("test", "postgres"))
    from tests.benchmarks import run  # needs the libraries

    return run.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
