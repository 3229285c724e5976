"""Unrolled hardware: every weight its own gates, a dense network without memories, an image at a time."""
