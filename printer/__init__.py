"""Paper: slip → layout → bytes or picture → printer. A leaf of the house: it knows only its own face."""
