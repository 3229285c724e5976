"""What every form of hardware has: lanes, memories, packing of words, the order of layers."""
