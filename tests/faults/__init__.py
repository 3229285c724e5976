"""Faults put into the hardware on purpose: each must be caught, or the tests prove nothing."""
