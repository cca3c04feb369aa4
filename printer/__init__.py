"""Printing: slip → layout → bytes or picture → printer. Imports nothing of the app; jobs come by `printer.ports`."""
