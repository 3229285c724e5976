"""accelgen turns a trained, compressed, low-precision neural network into verified Verilog.

>>> import accelgen
>>> network = accelgen.load("mnist_3b_8x")  # or the path of a network file  # doctest: +SKIP
>>> generated = accelgen.generate(network, accelgen.Datapath(lanes=16))  # doctest: +SKIP
>>> accelgen.run(network, images).classes  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accelgen.door import open_door

if TYPE_CHECKING:  # for type checkers; the names, again, are those of the door
    from accelgen.data import load_mnist as load_mnist
    from accelgen.errors import AccelgenError as AccelgenError
    from accelgen.golden import count_cost as count_cost
    from accelgen.golden import run as run
    from accelgen.models import load as load
    from accelgen.network import Network as Network
    from accelgen.network import save as save
    from accelgen.network import stored_bits as stored_bits
    from accelgen.nn import export as export
    from accelgen.nn import quantise as quantise
    from accelgen.rtl.datapath import Datapath as Datapath
    from accelgen.rtl.emit import generate as generate

__all__ = [
    "AccelgenError",
    "Datapath",
    "Network",
    "count_cost",
    "export",
    "generate",
    "load",
    "load_mnist",
    "quantise",
    "run",
    "save",
    "stored_bits",
]

open_door(
    __name__,
    {
        "AccelgenError": "accelgen.errors",
        "Datapath": "accelgen.rtl.datapath",
        "Network": "accelgen.network",
        "count_cost": "accelgen.golden",
        "export": "accelgen.nn",
        "generate": "accelgen.rtl.emit",
        "load": "accelgen.models",
        "load_mnist": "accelgen.data",
        "quantise": "accelgen.nn",
        "run": "accelgen.golden",
        "save": "accelgen.network",
        "stored_bits": "accelgen.network",
    },
)
