"""Changes of the hall's settings."""
