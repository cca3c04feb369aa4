"""Numbered migrations of the database, driven from code (`queue-app db upgrade`)."""
