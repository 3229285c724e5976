"""How a network learns: from a recipe and labelled images to a network file. The only room with torch.

Nothing is imported here, so that a recipe can be read (`accelgen.train.recipe`) without loading torch.
The way in is `accelgen.train.run.train`.
"""
