"""From a slip to the blocks, rows and dots of its paper."""
