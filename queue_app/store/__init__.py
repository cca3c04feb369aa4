"""Tables, the unit of work with the only commit, and the read views."""
