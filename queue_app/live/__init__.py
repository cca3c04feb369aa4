"""Live updates to the screens: the transport, the rooms, and the tailer that publishes to them."""
