"""The cards: every step of the flow measures a model, and what came out is written down."""

from typing import TYPE_CHECKING

from accelgen.door import open_door

if TYPE_CHECKING:  # for type checkers; the names, again, are those of the door
    from accelgen.cards.boards import record_build as record_build
    from accelgen.cards.boards import record_pattern as record_pattern
    from accelgen.cards.energy import Technology as Technology
    from accelgen.cards.make import add_energy as add_energy
    from accelgen.cards.make import fill_tables as fill_tables
    from accelgen.cards.make import make_card as make_card
    from accelgen.cards.stale import Stale as Stale
    from accelgen.cards.stale import stale as stale

__all__ = [
    "Stale",
    "Technology",
    "add_energy",
    "fill_tables",
    "make_card",
    "record_build",
    "record_pattern",
    "stale",
]

open_door(
    __name__,
    {
        "add_energy": "accelgen.cards.make",
        "fill_tables": "accelgen.cards.make",
        "make_card": "accelgen.cards.make",
        "record_build": "accelgen.cards.boards",
        "record_pattern": "accelgen.cards.boards",
        "Stale": "accelgen.cards.stale",
        "stale": "accelgen.cards.stale",
        "Technology": "accelgen.cards.energy",
    },
)
