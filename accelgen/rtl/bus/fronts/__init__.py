"""The fronts of the buses: a file here, with a `Front` called ``FRONT``, is a bus of the file's name."""

import pkgutil

__all__ = ["BUSES"]

#: The buses, by name, as ``--bus`` takes them.
BUSES = tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))
