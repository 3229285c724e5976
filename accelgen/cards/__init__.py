"""The cards: every step of the flow measures a model, and what came out is written down."""

from accelgen.cards.make import fill_readme, make_card

__all__ = ["fill_readme", "make_card"]
