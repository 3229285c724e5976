"""Power: energy of a mapped netlist, from a Liberty file and the activity of real images."""
