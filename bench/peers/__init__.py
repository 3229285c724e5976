"""Other generators, each in an environment of its own, started with matrices and asked for Verilog."""
