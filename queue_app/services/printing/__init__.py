"""Slips, print jobs and the health of printers."""
