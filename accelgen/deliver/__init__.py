"""What is delivered beside the Verilog, for those who build it in, simulate it and drive it."""
