"""A network as a pipeline of engines: one for each layer, with lanes of its own, and words between them."""
