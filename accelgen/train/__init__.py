"""How a network learns: from a recipe and labelled images to a network file. The only room with torch."""

from accelgen.train.recipe import Recipe, load_recipe
from accelgen.train.run import train

__all__ = ["Recipe", "load_recipe", "train"]
