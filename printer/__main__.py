"""`python3 -m printer`: the print agent."""

import sys

from printer.agent.main import main

sys.exit(main())
