"""What a page of a model is made from: plain tables and arrays, gathered by `accelgen.steps.report`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from accelgen.data.measures import Measures
from accelgen.network import Network
from accelgen.report.card import Card

__all__ = ["Facts", "LayerSummary", "Mistake"]


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """What a layer has to do, mean per image.

    Attributes
    ----------
    operations : float
        Additions of a weight.
    ideal_cycles : float
        Cycles in which the lanes must work.
    every_cycle : float
        Those of an engine that visits zeros too.
    """

    operations: float
    ideal_cycles: float
    every_cycle: float


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """An image that was taken for another class: its number, its pixels, its label and the class found.

    Pixels are uint8[height, width], or uint8[height, width, channels].
    """

    number: int
    pixels: np.ndarray
    label: int
    found: int


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """A model, and what it does.

    Attributes
    ----------
    network : Network
        The tables.
    hardware : str
        How it is built: "16 lanes, tables in rom", or "unrolled".
    stored_bits : dict of str to int
        By kind, with ``total``.
    memory_ratio : float
        Dense float32 over stored bits.
    card : Card or None
        The model's own, if it has one.
    cards : list of Card
        Those of all models, for the fronts.
    classes : list of str
        Their names.
    images : str
        What the figures below are of.
    confusion : int[classes, classes]
        Images by label and class found; of a network without classes empty.
    mistakes : list of Mistake
        The first ones.
    activations : list of int[values]
        How often each value enters each layer; of spikes, how often a neuron fired 0, 1, 2, ... times.
    work : list of LayerSummary
        By layer; empty for unrolled hardware.
    layer, block : int[cycles] or None
        As a `Trace` has them.
    spikes : list of uint8[timesteps, neurons]
        What enters each layer, for one image; empty for a dense model.
    measures : Measures or None
        How well a network without classes does its task.
    """

    network: Network
    hardware: str
    stored_bits: dict[str, int]
    memory_ratio: float
    card: Card | None
    cards: list[Card]
    classes: list[str]
    images: str
    confusion: np.ndarray
    mistakes: list[Mistake]
    activations: list[np.ndarray]
    work: list[LayerSummary] = field(default_factory=list)
    layer: np.ndarray | None = None
    block: np.ndarray | None = None
    spikes: list[np.ndarray] = field(default_factory=list)
    measures: Measures | None = None

    @property
    def accuracy(self) -> float:
        """The share of images that are right, 0 to 1."""
        return float(np.trace(self.confusion) / self.confusion.sum())
