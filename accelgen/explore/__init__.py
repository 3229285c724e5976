"""What if: sweeps over recipes and hardware, what they found, and which point to build.

::

    sweep.toml ─► points ─► train, measure (on Dask workers) ─► store (Parquet)
                    ▲                                             │
                  search (Optuna) ◄───────────────────────────────┤
                                                                  ▼
                                              page, table, choose ─► adopt ─► models/<name>/

A point is a recipe, options of the hardware and a seed. What it costs is measured by `accelgen.steps`.
"""

from accelgen.explore.adopt import adopt
from accelgen.explore.choose import choose
from accelgen.explore.results import is_results
from accelgen.explore.whole import report, sweep

__all__ = ["adopt", "choose", "is_results", "report", "sweep"]
