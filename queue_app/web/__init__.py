"""HTTP: the public API, the officer's and the visitor's pages."""
