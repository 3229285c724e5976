"""Ours against other generators: the same small networks, the same Yosys, one command (``make bench``)."""
