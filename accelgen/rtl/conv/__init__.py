"""What a convolution adds to the folded engine."""
