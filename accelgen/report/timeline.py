"""One image through the engine, and the spikes of one image over time."""

from __future__ import annotations

import numpy as np

from accelgen.report.svg import element, strip

__all__ = ["schedule", "spikes", "visits"]


def schedule(title: str, layer: np.ndarray, works: np.ndarray) -> str:
    """Return which layer runs in each cycle: full where the lanes work, pale where they wait.

    Parameters
    ----------
    title : str
        What it shows.
    layer : int[cycles]
        -1 while none runs.
    works : bool[cycles]
        Whether the lanes have something to do.
    """
    body = []
    for start, end in _runs(layer):
        if layer[start] >= 0:
            color = f"s{int(layer[start]) % 8}"
            label = element("title", f"layer {layer[start]}: cycles {start:,} to {end:,}")
            place = {"x": start, "width": end - start, "y": 0, "height": 10}
            body.append(element("rect", label, **place, class_=f"{color} pale"))
    body += [
        element("rect", x=start, width=end - start, y=0, height=10, class_=f"s{int(layer[start]) % 8}")
        for start, end in _runs(np.where(works, layer, -1))
        if works[start] and layer[start] >= 0
    ]
    return strip(title, len(layer), 10, body, "strip bar")


def visits(title: str, block: np.ndarray, kept: np.ndarray, blocks: int, color: str) -> str:
    """Return which input block is read in each cycle of a layer, and, to the left, which no row keeps.

    Parameters
    ----------
    title : str
        What it shows.
    block : int[cycles]
        By cycle of the layer; -1 where the lanes wait.
    kept : bool[blocks]
        Whether any block row keeps it.
    blocks : int
        Input blocks.
    color : str
        Class of the layer.
    """
    cycles = max(len(block), 1)
    body = [element("rect", x=0, y=0, width=cycles, height=blocks, class_="ground")]
    body += [
        element(
            "rect",
            element("title", f"block {n}: kept by no row"),
            x=0,
            y=int(n),
            width=cycles,
            height=1,
            class_="skipped",
        )  # fmt: skip
        for n in np.flatnonzero(~kept)
    ]
    for start, end in _runs(block):
        if block[start] >= 0:
            body.append(
                element("rect", x=start, width=end - start, y=int(block[start]), height=1, class_=color)
            )
    return strip(title, cycles, blocks, body, "strip visits")


def spikes(title: str, fired: np.ndarray, color: str) -> str:
    """Return a raster: a mark for each spike, time to the right and neurons downwards.

    Parameters
    ----------
    title : str
        What it shows.
    fired : uint8[timesteps, neurons]
        0 or 1.
    color : str
        Class of the layer.
    """
    timesteps, neurons = fired.shape
    tall = max(1.0, neurons / 150)
    marks = "".join(f"M{t + 0.06:.2f},{n}h.88v{tall:.2g}h-.88z" for t, n in np.argwhere(fired))
    body = [element("rect", x=0, y=0, width=timesteps, height=neurons, class_="ground")]
    body += [
        element("line", x1=t, x2=t, y1=0, y2=neurons, class_="rule", vector_effect="non-scaling-stroke")
        for t in range(1, timesteps)
    ]
    body += [element("path", d=marks, class_=color)] if marks else []
    return strip(title, timesteps, neurons, body, "strip raster")


def _runs(values: np.ndarray) -> list[tuple[int, int]]:
    """Return start and end of each run of equal values."""
    if not len(values):
        return []
    edges = np.flatnonzero(np.diff(values)) + 1
    return list(zip([0, *edges.tolist()], [*edges.tolist(), len(values)], strict=True))
