"""`python3 -m printer`: the print agent."""

import sys

from printer.agent import main

sys.exit(main())
