"""Adapters: implement the ports of kiosk, display, printer and print agents on top of the services."""
