"""What is right: a network, executed in integers, and the work that an ideal engine would do."""

from accelgen.golden.run import Result, run
from accelgen.golden.work import Work, count_work

__all__ = ["Result", "Work", "count_work", "run"]
