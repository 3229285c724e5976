"""What is shipped with the code beside its Python: trained models, and the sources of the benches.

In a checkout they are the top-level folders ``models`` and ``sim``. A wheel carries copies within the
package, under ``share``, where nothing is ever written.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["MODELS", "SHIPPED", "SIM", "checkout"]

PACKAGE = Path(__file__).parent
#: Exists in an installed package alone; ``setup.py`` fills it when a wheel is built.
SHARE = PACKAGE / "share"
#: The folder above both; on the path of Python it makes ``sim.bench_top`` importable.
SHIPPED = SHARE if SHARE.is_dir() else PACKAGE.parent
MODELS = SHIPPED / "models"
SIM = SHIPPED / "sim"


def checkout() -> Path | None:
    """Return the checkout this code runs from, or None if it was installed from a wheel."""
    return None if SHIPPED == SHARE else SHIPPED
