"""Synthesis, simulation, proofs and timing: the only package that starts programs."""
