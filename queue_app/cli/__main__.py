"""`python -m queue_app.cli`: the command line inside an environment that is ready."""

import sys

from queue_app.cli.parser import main

sys.exit(main())
