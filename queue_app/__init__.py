"""Counter queue management for a public-service hall."""

__version__ = "0.1.0"
