"""Boards: what is on them, what fits, and a network between their pins."""

from accelgen.boards.fit import Fit, fit
from accelgen.boards.table import BOARDS, Board, board

__all__ = ["BOARDS", "Board", "Fit", "board", "fit"]
