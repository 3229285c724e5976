"""accelgen turns a trained, compressed, low-precision neural network into verified Verilog.

>>> import accelgen
>>> network = accelgen.load("mnist_3b_8x")  # or the path of a network file  # doctest: +SKIP
>>> generated = accelgen.generate(network, accelgen.Datapath(lanes=16))  # doctest: +SKIP
>>> accelgen.run(network, images).classes  # doctest: +SKIP
"""

from __future__ import annotations

from accelgen.door import open_door

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

open_door(
    __name__,
    {
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
    },
)
