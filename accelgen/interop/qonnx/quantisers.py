"""The quantisers of QONNX, in float32 as its executor computes them, and those of ONNX itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from accelgen.errors import DataError
from accelgen.interop.graph import Operator

__all__ = ["QUANTISERS", "along"]

F = np.float32


def _up(x: np.ndarray) -> np.ndarray:
    return np.sign(x) * np.ceil(np.abs(x))


def _half_up(x: np.ndarray) -> np.ndarray:
    """Round to nearest, ties away from zero; what is whole already has no half to be added to."""
    whole = np.trunc(x)
    return np.where(np.abs(x - whole) >= F(0.5), whole + np.sign(x), whole)


def _half_down(x: np.ndarray) -> np.ndarray:
    whole = np.trunc(x)
    return np.where(np.abs(x - whole) > F(0.5), whole + np.sign(x), whole)


#: How a real number becomes a whole one, by ``rounding_mode``.
ROUNDING: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "ROUND": np.rint,  # ties to even
    "CEIL": np.ceil,
    "FLOOR": np.floor,
    "UP": _up,
    "DOWN": np.trunc,
    "HALF_UP": _half_up,
    "HALF_DOWN": _half_down,
}


def _quant(attributes: dict, x: np.ndarray, scale: np.ndarray, zero: np.ndarray, bits: np.ndarray) -> tuple:
    """Compute ``Quant``: divided, clipped, rounded, multiplied again; a signed one of one bit is a sign."""
    low, high = _ends(attributes, bits, "Quant")
    rounded = _rounding(attributes)
    scaled = x.astype(F) / scale.astype(F) + zero.astype(F)
    if attributes["signed"] and (bits == 1).all():
        (codes,) = _bipolar({}, scaled, np.ones((), F))
        return ((codes - zero.astype(F)) * scale.astype(F),)
    codes = rounded(np.clip(scaled, low, high))
    return (((codes - zero.astype(F)) * scale.astype(F)).astype(F),)


def _rounding(attributes: dict) -> Callable[[np.ndarray], np.ndarray]:
    mode = str(attributes.get("rounding_mode", "ROUND")).upper()
    if mode not in ROUNDING:
        raise DataError(f"rounding_mode must be {', '.join(ROUNDING)}, not {mode!r}")
    return ROUNDING[mode]


def _ends(attributes: dict, bits: np.ndarray, op: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and the greatest code of a quantiser of ``bits`` bits."""
    for name in ("signed", "narrow"):
        if attributes.get(name) not in (0, 1):
            raise DataError(f"{op} must say whether it is {name}: the defaults of its versions differ")
    signed, narrow = attributes["signed"], attributes["narrow"]
    high = 2.0 ** (bits - 1) - 1 if signed else 2.0**bits - 1 - narrow
    low = -(2.0 ** (bits - 1)) + narrow if signed else np.zeros_like(high)
    return np.asarray(low, F), np.asarray(high, F)


def _trunc(attributes: dict, x: np.ndarray, scale: np.ndarray, zero: np.ndarray, *more: np.ndarray) -> tuple:
    """Compute ``Trunc``: codes lose their lowest bits, as their sums do after an average.

    Version 1 has, behind scale and zero point, the bits before and after; what is left keeps its scale.
    Version 2 has the bits before, the scale after and the bits after, and clips to them.
    """
    if "rounding_mode" not in attributes:
        raise DataError("Trunc must say its rounding_mode")
    scale, zero = scale.astype(F), zero.astype(F)
    codes = np.rint(x.astype(F) / scale + zero)
    if len(more) == 2:
        codes = codes / F(2) ** (more[0].astype(F) - more[1].astype(F))
        return ((_rounding(attributes)(codes) - zero) * scale,)
    if len(more) != 3:
        raise DataError(f"Trunc must have 5 operands, or 6 from version 2 on, not {len(more) + 3}")
    wider = more[1].astype(F)
    step = F(2) ** np.rint(np.log2(wider / scale))
    low, high = _ends(attributes, more[2].astype(F), "Trunc")
    kept = _rounding(attributes)(np.clip(codes / step, low, high))
    return (((kept - zero / step) * wider).astype(F),)


def _bipolar(_: dict, x: np.ndarray, scale: np.ndarray) -> tuple:
    """Compute ``BipolarQuant``: zero counts as positive."""
    return (np.where(x >= 0, F(1), F(-1)) * scale.astype(F),)


def _multithreshold(attributes: dict, x: np.ndarray, thresholds: np.ndarray) -> tuple:
    """Compute ``MultiThreshold``: how many thresholds of its channel each value has reached, then a scale."""
    layout = attributes.get("data_layout") or {2: "NC", 3: "NWC", 4: "NCHW"}.get(x.ndim, "NC")
    axis = layout.index("C")
    if len(thresholds) not in (1, x.shape[axis]):
        raise DataError(f"MultiThreshold has {len(thresholds)} rows for {x.shape[axis]} channels")
    moved = np.moveaxis(x, axis, -1)
    reached = np.zeros(moved.shape, F)
    for column in np.asarray(thresholds).T:
        reached += moved >= column
    counted = np.moveaxis(reached, -1, axis)
    return (F(attributes.get("out_scale", 1.0)) * counted + F(attributes.get("out_bias", 0.0)),)


def along(parameter: np.ndarray, x: np.ndarray, attributes: dict) -> np.ndarray:
    """Return a scale or a zero point, of all or of each channel, in a shape that goes with ``x``."""
    if parameter.ndim == 0 or parameter.size == 1:
        return parameter.reshape(())
    if attributes.get("block_size", 0) or parameter.ndim > 1:
        raise DataError("scales of blocks are not executed")
    axis = attributes.get("axis", 1) % x.ndim
    return parameter.reshape([-1 if place == axis else 1 for place in range(x.ndim)])


def _quantize(attributes: dict, x: np.ndarray, scale: np.ndarray, zero: np.ndarray | None = None) -> tuple:
    """Compute ``QuantizeLinear``: rounded first, ties to even, then moved by the zero point, then clipped."""
    if zero is None and attributes.get("output_dtype", 0):
        raise DataError("QuantizeLinear must have a zero point where it says what it makes")
    zero = np.zeros((), np.uint8) if zero is None else zero
    if zero.dtype not in (np.uint8, np.int8):
        raise DataError(f"QuantizeLinear to {zero.dtype} is not executed")
    range_of = np.iinfo(zero.dtype)
    x = x if x.dtype == np.float64 else x.astype(F)
    codes = np.rint(x / along(scale, x, attributes)) + along(zero, x, attributes).astype(F)
    return (np.clip(codes, range_of.min, range_of.max).astype(zero.dtype),)


def _dequantize(attributes: dict, x: np.ndarray, scale: np.ndarray, zero: np.ndarray | None = None) -> tuple:
    """Compute ``DequantizeLinear``: integers become float32."""
    moved = (
        x.astype(np.int64)
        if zero is None
        else x.astype(np.int64) - along(zero, x, attributes).astype(np.int64)
    )
    return (moved.astype(F) * along(scale, x, attributes).astype(F),)


QUANTISERS: dict[str, Operator] = {
    "BipolarQuant": _bipolar,
    "DequantizeLinear": _dequantize,
    "MultiThreshold": _multithreshold,
    "Quant": _quant,
    "QuantizeLinear": _quantize,
    "Trunc": _trunc,
}
