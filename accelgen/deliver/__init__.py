"""What lands beside the Verilog for those who build it into a design; all of it is made of the manifest."""
