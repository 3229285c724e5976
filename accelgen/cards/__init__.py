"""The cards: every step of the flow measures a model, and what came out is written down."""

from accelgen.door import open_door

__all__ = ["Stale", "Technology", "add_energy", "fill_tables", "make_card", "record_build", "stale"]

open_door(
    __name__,
    {
        "add_energy": "accelgen.cards.make",
        "fill_tables": "accelgen.cards.make",
        "make_card": "accelgen.cards.make",
        "record_build": "accelgen.cards.boards",
        "Stale": "accelgen.cards.stale",
        "stale": "accelgen.cards.stale",
        "Technology": "accelgen.cards.energy",
    },
)
