"""Families of FPGAs: everything about one stands in its own file, and is asked for through this list."""

from accelgen.families.ecp5 import ECP5
from accelgen.families.family import Cell, Family, Program
from accelgen.families.gowin import GOWIN
from accelgen.families.ice40 import ICE40

__all__ = ["FAMILIES", "TARGETS", "Cell", "Family", "Program"]

#: All families, by name, in the order in which reports have them.
FAMILIES = {family.name: family for family in (ICE40, ECP5, GOWIN)}

#: What area can be reported for without any further file: gates and transistors, or a family.
TARGETS = ("generic", *FAMILIES)
