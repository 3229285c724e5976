"""Parts of the hardware."""
