"""The page on which a digit is drawn: one file, and a server for one person on this machine."""

from accelgen.page.server import PageServer

__all__ = ["PageServer"]
