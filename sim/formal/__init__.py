"""What is proved of the hardware: properties, beside the part that each is about."""
