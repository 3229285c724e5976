"""Make ``friedman.csv``: the first function of J. H. Friedman (1991) with noise, always the same rows.

Ten features are drawn evenly between 0 and 1, of which five matter:

    y = 10 sin(pi x0 x1) + 20 (x2 - 1/2)**2 + 10 x3 + 5 x4 + noise

with normal noise of standard deviation 1, so no model of it has an error below that. (J. H. Friedman:
Multivariate adaptive regression splines, The Annals of Statistics 19, 1991.)

``python models/friedman/make_data.py`` writes the file beside this one.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

ROWS, FEATURES, SEED = 2000, 10, 1991


def table() -> str:
    """Return the text of the table."""
    rng = np.random.default_rng(SEED)
    # Rounded first: the target is that of the features as they are written.
    x = np.round(rng.uniform(size=(ROWS, FEATURES)), 4)
    exact = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    y = exact + rng.normal(size=ROWS)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*(f"x{n}" for n in range(FEATURES)), "y"])
    for features, target in zip(x, y, strict=True):
        rows.writerow([*(f"{value:.4f}" for value in features), f"{target:.3f}"])
    return text.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("friedman.csv").write_text(table())
