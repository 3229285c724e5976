"""accelgen turns a trained, compressed, low-precision neural network into verified Verilog.

>>> import accelgen
>>> network = accelgen.load("mnist_3b_8x")  # or the path of a network file  # doctest: +SKIP
>>> generated = accelgen.generate(network, accelgen.Datapath(lanes=16))  # doctest: +SKIP
>>> accelgen.run(network, images).classes  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module

__all__ = [
    "AccelgenError",
    "Datapath",
    "Network",
    "count_work",
    "generate",
    "load",
    "load_mnist",
    "run",
    "save",
    "stored_bits",
]

_HOMES = {
    "AccelgenError": "accelgen.errors",
    "Datapath": "accelgen.rtl.options",
    "Network": "accelgen.network",
    "count_work": "accelgen.golden",
    "generate": "accelgen.rtl.emit",
    "load": "accelgen.models",
    "load_mnist": "accelgen.data",
    "run": "accelgen.golden",
    "save": "accelgen.network",
    "stored_bits": "accelgen.network",
}


def __getattr__(name: str):
    """Import what is asked for, and nothing else: `import accelgen` stays instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'accelgen' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
