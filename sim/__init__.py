"""Benches that run within simulators, and programs around them; see `accelgen.flows`."""
