"""Plain Verilog as a person would write it, of what Amaranth elaborates."""
