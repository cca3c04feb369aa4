"""One moment of the database as JSON: what pages, API and rooms share."""
