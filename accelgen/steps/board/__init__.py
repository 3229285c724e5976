"""A device at the other side of a line: talked to, checked, drawn for; on a board or simulated."""
