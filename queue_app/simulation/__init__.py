"""Synthetic days through the real rules: how long people wait, what is promised, when the counters close."""
