"""What quantising has cost: layer by layer, in the scores, and in accuracy."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LayerReport", "Report"]


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What became of a layer: its place, bits, kept blocks, and error over its float activations' size."""

    name: str
    bits: int
    kept: str
    error: float


@dataclass(frozen=True, slots=True)
class Report:
    """What quantising has cost, on the samples that it was given.

    Attributes
    ----------
    layers : tuple of LayerReport
        Layer by layer.
    error : float
        Root mean square of what the scores have changed by, over their standard deviation.
    agreement : float or None
        Share of samples whose highest score stayed where it was; None if there is one score.
    before, after : float or None
        Accuracy of the float model and of the integers, if there were labels.
    notes : tuple of str
        What is not exact.
    """

    layers: tuple[LayerReport, ...]
    error: float
    agreement: float | None
    before: float | None
    after: float | None
    notes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{'layer':16} bits  kept      error"]
        lines += [f"{one.name:16} {one.bits:4}  {one.kept:8} {one.error:6.1%}" for one in self.layers]
        same = "" if self.agreement is None else f", {self.agreement:.2%} of the classes are the same"
        lines.append(f"scores: {self.error:.1%} error{same}")
        if self.before is not None and self.after is not None:
            lines.append(f"accuracy: {self.before:.2%} before, {self.after:.2%} after")
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])
