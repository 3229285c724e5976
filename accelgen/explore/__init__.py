"""What if: sweeps over recipes and hardware, what they found, and which point to build.

::

    sweep.toml ─► points ─► train, measure (on Dask workers) ─► store (Parquet)
                    ▲                                             │
                  search (Optuna) ◄───────────────────────────────┤
                                                                  ▼
                                              page, table, choose ─► adopt ─► models/<name>/

A point is a recipe, options of the hardware and a seed. What it costs is measured by `accelgen.steps`.
"""
