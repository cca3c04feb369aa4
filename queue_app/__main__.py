"""`python3 -m queue_app …`: make the environment where it is missing, then hand over to the command line."""

import os
import sys

from queue_app import bootstrap


def main() -> int:
    """Run one command of the product and return its exit code."""
    bootstrap.ensure_environment(bootstrap.extras_for(sys.argv[1:], os.environ))
    from queue_app.cli.parser import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
