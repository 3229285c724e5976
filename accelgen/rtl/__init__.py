"""The hardware: from a network and a few options to Verilog."""
