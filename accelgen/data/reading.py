"""What a recipe says of how data of one's own are read."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.data.described import Description
from accelgen.data.log_mel import FrontEnd
from accelgen.network.task import TASKS, TaskName
from accelgen.toml_checks import number, one_of, whole

__all__ = ["Reading", "filling"]

MOST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Reading:
    """How data of one's own are read.

    Attributes
    ----------
    label : str, or list of str
        Name of the column of a table that holds the labels, or of several; "" for ``data.toml``'s, or the one
        that is named label, class or target.
    ignore : list of str
        Names of columns of a table that are left out, such as a number of the row.
    missing : "refuse", "mean" or float
        What stands for a value that is missing: nothing, the mean of the feature over what is learned from,
        or a number.
    test : float
        Share of each class that is set aside for tests, where the data set nothing aside themselves.
    validation : float
        Share of each class of the rest by which the epoch is chosen.
    seed : int
        Of both draws.
    frontend : FrontEnd or None
        What makes features of WAV files; None for ``data.toml``'s.
    task : str
        What is learned; see `accelgen.network.task`.
    """

    label: str | tuple[str, ...] = ""
    ignore: tuple[str, ...] = ()
    missing: str | float = "refuse"
    test: float = 0.2
    validation: float = 0.1
    seed: int = 0
    frontend: FrontEnd | None = None
    task: TaskName = "classes"

    def problems(self) -> list[str]:
        """Return what is wrong, one sentence each."""
        problems = one_of("task", self.task, TASKS)
        several = isinstance(self.label, tuple) and bool(self.label)
        if not isinstance(self.label, str) and not (several and all(isinstance(n, str) for n in self.label)):
            problems.append(f"label: must be the name of a column, or a list of such, not {self.label!r}")
        elif several and self.task not in ("labels", "regression"):
            problems.append(f"label: only tasks 'labels' and 'regression' have several, not {self.task!r}")
        elif self.label and self.task == "reconstruction":
            problems.append("label: a reconstruction has none; ignore leaves columns out")
        if not isinstance(self.ignore, tuple) or not all(isinstance(name, str) for name in self.ignore):
            problems.append(f"ignore: must be a list of names of columns, not {self.ignore!r}")
        if isinstance(self.missing, str):
            problems += one_of("missing", self.missing, ("refuse", "mean"))
        else:
            problems += number("missing", self.missing, -1e30, 1e30)
        return [
            *problems,
            *number("test", self.test, 0.01, 0.9),
            *number("validation", self.validation, 0.01, 0.9),
            *whole("seed", self.seed, 0, MOST_SEED),
            *(f"frontend: {problem}" for problem in (self.frontend.problems() if self.frontend else [])),
        ]

    def labels(self, about: Description) -> tuple[str, ...] | None:
        """Return the columns of labels, none of them if nobody has named any; None if none are wanted."""
        if self.task == "reconstruction":
            return None
        named = self.label or about.label
        return (named,) if isinstance(named, str) and named else tuple(named)


def filling(text: str) -> str | float:
    """Return what stands for a missing value as `Reading` has it: a number that is typed is one."""
    try:
        return float(text)
    except ValueError:
        return text
