"""A spiking network: encoder, membranes, neurons that fire, and the readout."""
