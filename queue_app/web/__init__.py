"""HTTP: the public API, and the pages of officers, visitors, administrators and screens."""
