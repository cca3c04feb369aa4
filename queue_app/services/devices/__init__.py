"""Paired devices: displays, kiosks, print agents; their tokens, presence and voice."""
