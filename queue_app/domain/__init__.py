"""The rules of a counter queue. Standard library only: no Flask, no SQL, no clock of its own."""
