"""What is sent to the screens while it happens: the transport, the rooms, and the news that goes to them."""
