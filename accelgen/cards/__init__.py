"""The cards: every step of the flow measures a model, and what came out is written down."""

from accelgen.cards.boards import record_build
from accelgen.cards.energy import Technology
from accelgen.cards.make import add_energy, fill_tables, make_card
from accelgen.cards.stale import Stale, stale

__all__ = ["Stale", "Technology", "add_energy", "fill_tables", "make_card", "record_build", "stale"]
