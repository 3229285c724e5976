"""A network that plays samples from a memory beside it, and counts results, cycles and what is wrong."""
