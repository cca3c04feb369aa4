"""The verbs of the line: issue, call, move, open a counter."""
