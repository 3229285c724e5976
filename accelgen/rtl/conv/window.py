"""From a convolution to the loops of an engine: how far each counts, and what a step changes.

A pass computes ``lanes`` outputs of a block row at one pixel. The loops that lead from one window row to the
next are, from the inside out,

1. ``window_row``: rows of the window;
2. ``block``: kept blocks;
3. ``square_x``, ``square_y``: pixels of a pooling square;
4. ``pass``, ``block_row``: outputs;
5. ``x``, ``y``: pixels that leave, in the order in which they are written.

All that the engine must know on the way (where the window lies, where its words and weights are) is linear in
these counters. So a step adds one constant to each number: which one depends only on the outermost loop that
steps, since all loops inside it return to their start. There is no multiplier, and nothing is remembered.

A dense layer after convolutions is a window of one pixel on an image of one pixel, with many blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.network.layer import Layer
from accelgen.network.window import Axis, Window
from accelgen.rtl.layer_plan import LayerPlan

__all__ = ["LOOPS", "WindowPlan", "WindowPlans", "jumps", "window_plans"]

#: Rows, and columns, of what a dense layer reads: see the top of this file.
PIXEL = Axis(1, 1, 1, 0, 0, 1)
LOOPS = ("window_row", "block", "square_x", "square_y", "pass", "block_row", "x", "y")


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """How the engine walks one layer.

    Attributes
    ----------
    window : Window or None
        The window of a convolution.
    blocks, words : int
        Blocks of a pixel as the layer reads them, and words of a pixel in memory: there are more words if the
        layer before pads its last block row. For a dense layer they are those of the image before it.
    lasts : tuple of int
        Turns of each of the `LOOPS`, less one.
    steps : dict of str to tuple of int
        By how much each loop moves ``y`` and ``x`` (the upper left corner of the window), ``base`` (its
        address in weight memory) and ``index`` (in index memory); the last one is that of the whole layer.
    """

    window: Window | None
    blocks: int
    words: int
    lasts: tuple[int, ...]
    steps: dict[str, tuple[int, ...]]

    @property
    def columns(self) -> int:
        """Positions of a row of the window."""
        return self.window.columns.kernel if self.window else 1

    @property
    def row_words(self) -> int:
        """Words of a row of pixels."""
        return self.window.width * self.words if self.window else 0

    @property
    def flag_rows(self) -> int:
        """Rows of pixels times words of a pixel: see `WordFlags`."""
        return self.window.height * self.words if self.window else 0

    @property
    def start(self) -> dict[str, int]:
        """Where the walk begins: upper left corner of the first window, its row of flags and its address."""
        top, left = (self.window.rows.before, self.window.columns.before) if self.window else (0, 0)
        return {
            "y": -top,
            "x": -left,
            "flags": -top * self.words,
            "place": -top * self.row_words - left * self.words,
        }

    def word_of(self, block: int) -> int:
        """Return the address of a block: within its pixel, or, for a dense layer, in memory."""
        if self.window:
            return block
        return block // self.blocks * self.words + block % self.blocks

    def jumps(self) -> dict[str, tuple[int, ...]]:
        """Return what a step adds to ``y``, ``x``, ``flags``, ``place``, ``base`` and ``index``.

        ``flags`` and ``place`` are the addresses of the row of flags and of the first word of the window row,
        both of block 0. The n-th number is for a step of which the n-th loop is the outermost, the last for
        the end of the layer.
        """
        y, x = self.steps["y"], self.steps["x"]
        memory = {
            "flags": tuple(a * self.words for a in y),
            "place": tuple(a * self.row_words + b * self.words for a, b in zip(y, x, strict=True)),
        }
        return {name: jumps(steps, self.lasts) for name, steps in (self.steps | memory).items()}


def jumps(steps: tuple[int, ...], lasts: tuple[int, ...]) -> tuple[int, ...]:
    """Return, for each loop, its step less what the loops inside it have moved; see the top of this file."""
    moved, differences = 0, []
    for step, last in zip(steps, (*lasts, 0), strict=True):
        differences.append(step - moved)
        moved += step * last
    return tuple(differences)


class WindowPlans(tuple[WindowPlan, ...]):
    """The plans of all layers, and what serves them all; no layers in a network without convolutions."""

    __slots__ = ()

    @property
    def _windows(self) -> list[Window]:
        return [part.window for part in self if part.window]

    @property
    def pools(self) -> bool:
        """Some layer pools."""
        return any(window.pool != 1 for window in self._windows)

    @property
    def columns(self) -> int:
        """Positions of a row of the widest window."""
        return max(window.columns.kernel for window in self._windows)

    @property
    def padding(self) -> int:
        """Padding at the left of the window that has most, in pixels."""
        return max(window.columns.before for window in self._windows)

    @property
    def width(self) -> int:
        """Pixels of a row of the widest image that a convolution reads."""
        return max(window.width for window in self._windows)

    @property
    def bottom(self) -> int:
        """Rows of pixels of the highest image, with the larger of the paddings above and below it."""
        rows = [window.rows for window in self._windows]
        return max(axis.pixels + max(axis.before, axis.after) for axis in rows)

    @property
    def words(self) -> int:
        """Words of a pixel that a convolution reads, at most."""
        return max(part.words for part in self if part.window)

    @property
    def flag_rows(self) -> int:
        """Rows of flags of an image that a convolution reads, at most."""
        return max(part.flag_rows for part in self)


def window_plans(layers: tuple[Layer, ...], parts: list[LayerPlan]) -> WindowPlans:
    """Return the plans of a network that begins with a convolution."""
    plans, before = [], None
    for pair in zip(layers, parts, strict=True):
        plans.append(_window_plan(*pair, *_pixel(*pair, before)))
        before = pair
    return WindowPlans(plans)


def _pixel(layer: Layer, part: LayerPlan, before: tuple[Layer, LayerPlan] | None) -> tuple[int, int]:
    """Return blocks and words of a pixel that enters a layer."""
    if before is None:
        return (layer.weights.input_blocks,) * 2
    earlier, its_part = before
    if earlier.window is None:
        return 1, 1
    blocks = layer.weights.input_blocks if layer.window else earlier.weights.outputs // part.block_in
    return blocks, -(-its_part.rows * earlier.weights.block_out // part.block_in)


def _window_plan(layer: Layer, part: LayerPlan, blocks: int, words: int) -> WindowPlan:
    window = layer.window
    down, across = (window.rows, window.columns) if window else (PIXEL, PIXEL)
    lasts = (
        *(down.kernel, part.kept, across.pool, down.pool, part.passes, part.rows),
        *(across.leaving, down.leaving),
    )
    row = across.kernel * part.block_in
    block, whole = down.kernel * row, part.kept * down.kernel * row
    index = part.kept if part.indexed else 0
    steps: dict[str, tuple[int, ...]] = {
        "y": (1, 0, 0, down.stride, 0, 0, 0, down.stride * down.pool, 0),
        "x": (0, 0, across.stride, 0, 0, 0, across.stride * across.pool, 0, 0),
        "base": (row, block, 0, 0, whole, part.passes * whole, 0, 0, part.rows * part.passes * whole),
        "index": (0, int(part.indexed), 0, 0, 0, index, 0, 0, part.rows * index),
    }
    return WindowPlan(window, blocks, words, tuple(turns - 1 for turns in lasts), steps)
