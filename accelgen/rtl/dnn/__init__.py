"""A dense or convolutional network, folded: its engine, its top, and its requantiser."""
