"""What if: sweeps over recipes and hardware, what they found, and which point to build.

::

    sweep.toml ─► points ─► train, measure (on Dask workers) ─► store (Parquet)
                    ▲                                             │
                  search (Optuna) ◄───────────────────────────────┤
                                                                  ▼
                                              page, table, choose ─► adopt ─► models/<name>/

A point is a recipe, options of the hardware and a seed. What it costs is measured by `accelgen.steps`.
"""

from accelgen.door import open_door

__all__ = ["BUDGETS", "adopt", "choose", "is_results", "report", "sweep"]

open_door(
    __name__,
    {
        "BUDGETS": "accelgen.explore.choose",
        "adopt": "accelgen.explore.adopt",
        "choose": "accelgen.explore.choose",
        "is_results": "accelgen.explore.results",
        "report": "accelgen.explore.whole",
        "sweep": "accelgen.explore.whole",
    },
)
