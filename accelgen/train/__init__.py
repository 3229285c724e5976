"""How a network learns: from a recipe and labelled images to a network file.

No other package imports torch, and nothing is imported here, so that a recipe can be read
(`accelgen.train.recipe`) without loading torch. The way in is `accelgen.train.run.train`.
"""
