"""Packages that only some commands need: which extra brings each, and how a missing one is reported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accelgen.errors import ToolError

__all__ = ["EXTRAS", "needed"]

#: By the name that is imported: the package, and the extra of accelgen that brings it.
EXTRAS = {
    "PIL": ("pillow", "data"),
    "amaranth_boards": ("amaranth-boards", "fpga"),
    "cocotb": ("cocotb", "sim"),
    "cocotb_tools": ("cocotb", "sim"),
    "cocotbext": ("cocotbext-axi", "sim"),
    "dask": ("dask", "explore"),
    "distributed": ("distributed", "explore"),
    "google": ("onnx", "interop"),  # its protobuf
    "h5py": ("h5py", "data"),
    "jinja2": ("jinja2", "report"),
    "matplotlib": ("matplotlib", "report"),
    "nir": ("nir", "interop"),
    "onnx": ("onnx", "interop"),
    "onnxruntime": ("onnxruntime", "runtime"),
    "optuna": ("optuna", "explore"),
    "pyarrow": ("pyarrow", "data"),
    "serial": ("pyserial", "fpga"),
    "torch": ("torch", "train"),
}


@contextmanager
def needed() -> Iterator[None]:
    """Let a package of `EXTRAS` that the block imports and that is missing be a `ToolError` of one sentence.

    Anything else that cannot be imported is a fault of the installation, and stays what it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package, extra = EXTRAS.get((error.name or "").partition(".")[0], (None, None))
        if package is None:
            raise
        raise ToolError(f"{package} is not installed: pip install 'accelgen[{extra}]'") from error
