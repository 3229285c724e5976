"""Projects for the open layout flows: what each needs to take a network from Verilog to a layout."""
