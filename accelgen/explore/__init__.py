"""Exploration: sweeps over recipes and hardware, what they found, and which point to build.

::

    sweep.toml ─► points ─► train, measure (on Dask workers) ─► store (Parquet)
                    ▲                                             │
                  search (Optuna) ◄───────────────────────────────┤
                                                                  ▼
                                              page, table, choose ─► adopt ─► models/<name>/

A point is a recipe, options of the hardware and a seed. What it costs is measured by `accelgen.steps`.
"""

from typing import TYPE_CHECKING

from accelgen.door import open_door

if TYPE_CHECKING:  # for type checkers; the names, again, are those of the door
    from accelgen.explore.adopt import adopt as adopt
    from accelgen.explore.choose import BUDGETS as BUDGETS
    from accelgen.explore.choose import choose as choose
    from accelgen.explore.results import is_results as is_results
    from accelgen.explore.sweep_flow import report as report
    from accelgen.explore.sweep_flow import sweep as sweep

__all__ = ["BUDGETS", "adopt", "choose", "is_results", "report", "sweep"]

open_door(
    __name__,
    {
        "BUDGETS": "accelgen.explore.choose",
        "adopt": "accelgen.explore.adopt",
        "choose": "accelgen.explore.choose",
        "is_results": "accelgen.explore.results",
        "report": "accelgen.explore.sweep_flow",
        "sweep": "accelgen.explore.sweep_flow",
    },
)
