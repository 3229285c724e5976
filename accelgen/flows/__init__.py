"""What it costs, and whether it is the same: the only room that starts programs."""
