"""A network: an input, layers in the order in which they run, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import Literal

from accelgen.errors import InvalidNetwork, InvalidRequest, at
from accelgen.network.encoding import Input, PixelInput, RateInput
from accelgen.network.fields import check_type
from accelgen.network.integrator import Integrator
from accelgen.network.kinds import INPUTS, LAYERS
from accelgen.network.layer import INPUT, Layer, Value
from accelgen.network.names import check_name
from accelgen.network.task import Task, words_of_result
from accelgen.values import integer, shown

__all__ = ["Kind", "Network"]

Kind = Literal["dense", "convolutional", "spiking"]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Layers in the order in which they run, the last of which gives scores: one for each class, as a rule.

    Attributes
    ----------
    name : str
        Name of the network, the Verilog module and the folder under ``rtl_out/``: lower-case letters, digits
        and underscores, starting with a letter; see `check_name`.
    input : PixelInput, or RateInput or EventInput for spiking layers
        What enters the first layer.
    layers : tuple of Conv and Dense, or tuple of Spiking
        At least one. All but the last, which is fully connected, have a rule, and a later layer reads them.
    provenance : dict
        Where the tables came from: text and numbers. ``data`` names the data set that it was trained on.
    task : Task or None
        What the scores stand for; None if they are those of classes.
    readout : Integrator or None
        What a spiking network whose last layer has no neurons makes of its currents; None if it adds them up.
    reads : tuple of tuple of int
        Numbers of the layers that each layer reads, -1 for the input: found from the layers, not given.

    Raises
    ------
    InvalidNetwork
        If a field has another type, or the layers do not fit together; the message names layer and field.
    """

    name: str
    input: Input
    layers: tuple[Layer, ...]
    provenance: dict[str, str | int | float] = field(default_factory=dict)
    task: Task | None = None
    readout: Integrator | None = None
    reads: tuple[tuple[int, ...], ...] = field(init=False)

    def __post_init__(self):
        check_name(self.name)
        if not isinstance(self.input, tuple(INPUTS.values())):
            raise InvalidNetwork(f"input: must be a {_names(INPUTS)}, not {shown(self.input)}")
        if not isinstance(self.layers, tuple | list):
            raise InvalidNetwork(f"layers: must be a tuple, not {shown(self.layers)}")
        if not self.layers:
            raise InvalidNetwork("layers: a network needs at least one")
        for number, layer in enumerate(self.layers):
            if not isinstance(layer, tuple(LAYERS.values())):
                raise InvalidNetwork(f"layer {number}: must be a {_names(LAYERS)} layer, not {shown(layer)}")
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "provenance", _provenance(self.provenance))
        object.__setattr__(self, "reads", self._checked())
        self._check_task()
        self._check_readout()

    def _checked(self) -> tuple[tuple[int, ...], ...]:
        """Return what each layer reads, or raise unless the layers fit together."""
        numbers: dict[str, int] = {}
        reads: list[tuple[int, ...]] = []
        values = self.values
        for number, layer in enumerate(self.layers):
            with at(f"layer {number} ({layer.name})"):
                if layer.name in numbers:
                    raise InvalidNetwork("name: must be no other layer's: figures are told apart by it")
                if layer.spiking != self.input.spiking:
                    fit = {name: kind for name, kind in LAYERS.items() if kind.spiking == self.input.spiking}
                    raise InvalidNetwork(
                        f"kind: {type(self.input).__name__} enters {_names(fit)} layers, "
                        f"not {type(layer).__name__}"
                    )
                reads.append(_sources(layer, numbers))
                layer.check_reads([values[read + 1] for read in reads[-1]])
                _check_ending(layer, last=number == len(self.layers) - 1)
            numbers[layer.name] = number
        if INPUT in numbers and any(layer.reads for layer in self.layers):
            raise InvalidNetwork(
                f"layer {numbers[INPUT]} ({INPUT}): name: where layers name what they read, it is the input's"
            )
        for number in sorted({*range(len(self.layers) - 1)}.difference(*reads)):
            with at(f"layer {number} ({self.layers[number].name})"):
                raise InvalidNetwork("reads: no later layer reads what this one gives")
        return tuple(reads)

    def _check_task(self) -> None:
        """Raise `InvalidNetwork` unless its scores can stand for what its task says."""
        check_type("task", self.task, Task, optional=True)
        if self.task is None:
            return
        with at("task"):
            if self.spiking:
                raise InvalidNetwork(f"{self.task.kind} needs layers that do not spike")
            self.task.check_fits(self.classes, self.input.inputs)

    def _check_readout(self) -> None:
        """Raise `InvalidNetwork` unless there are currents to integrate."""
        check_type("readout", self.readout, Integrator, optional=True)
        if self.readout is not None and not self.spiking:
            raise InvalidNetwork("readout: needs layers that spike")
        if self.readout is not None and self.last.rule is not None:
            raise InvalidNetwork("readout: needs a last layer without neurons, for spikes are counted here")

    @property
    def spiking(self) -> bool:
        """Spikes enter its layers, and leave them."""
        return self.input.spiking

    @property
    def pixel_input(self) -> PixelInput | RateInput:
        """The input of a network that takes pixels, or `InvalidRequest` if it takes none."""
        if not isinstance(self.input, PixelInput | RateInput):
            raise InvalidRequest(f"{self.name} takes {self.input.takes}, not pixels")
        return self.input

    @property
    def rate_input(self) -> RateInput:
        """The input of a network that makes spikes of pixels, or `InvalidRequest` if it makes none."""
        if not isinstance(self.input, RateInput):
            raise InvalidRequest(f"{self.name} makes no spikes of pixels: its input is {self.input.kind}")
        return self.input

    @property
    def first(self) -> Layer:
        """The layer that starts, and so reads the input."""
        return self.layers[0]

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """The layers that give activations: all but the last."""
        return self.layers[:-1]

    @property
    def last(self) -> Layer:
        """The layer that gives the scores."""
        return self.layers[-1]

    @property
    def values(self) -> tuple[Value, ...]:
        """The input, then what each layer gives: what layer n gives is value n + 1."""
        return (self.input.value, *(layer.leaves for layer in self.layers))

    @property
    def chained(self) -> bool:
        """Each layer reads the one before, and nothing else."""
        return all(read == (number - 1,) for number, read in enumerate(self.reads))

    @property
    def kind(self) -> Kind:
        """What its layers are."""
        if self.spiking:
            return "spiking"
        return "convolutional" if self.layers[0].window else "dense"

    @property
    def classes(self) -> int:
        """Scores the network gives: one for each class, unless it has another task."""
        return self.last.outputs

    @property
    def results(self) -> int:
        """Words of a result in hardware: the scores, and what follows them if anything does."""
        return words_of_result(self.task, self.classes)

    @property
    def input_bits(self) -> list[int]:
        """Bits of the activations that enter each layer; spikes have one. See `input_signs`."""
        values = self.values
        return [max(values[number + 1].bits for number in read) for read in self.reads]

    @property
    def signed(self) -> bool:
        """The codes that enter have a sign."""
        return self.input.coding is not None and self.input.coding.signed

    @property
    def input_signs(self) -> list[bool]:
        """Whether the activations that enter each layer have a sign; only those of the input may."""
        return [self.signed and -1 in read for read in self.reads]

    @property
    def compression(self) -> float:
        """Blocks over kept blocks, in the hidden layers (in the only layer, if there is one)."""
        counted = self.hidden or self.layers
        blocks = sum(layer.weights.block_rows * layer.weights.input_blocks for layer in counted)
        return blocks / sum(layer.weights.index.size for layer in counted)


def _provenance(entries: object) -> dict[str, str | int | float]:
    """Return text and numbers by name, numbers of numpy as those of Python, or raise `InvalidNetwork`."""
    if not isinstance(entries, dict):
        raise InvalidNetwork(f"provenance: must be a dict, not {shown(entries)}")
    plain: dict[str, str | int | float] = {}
    for name, value in entries.items():
        if not isinstance(name, str):
            raise InvalidNetwork(f"provenance: a name must be text, not {shown(name)}")
        if isinstance(value, str | bool):
            plain[name] = value
        elif isinstance(value, Real):
            plain[name] = float(value) if (number := integer(value)) is None else number
        else:
            raise InvalidNetwork(f"provenance: {name}: must be text or a number, not {shown(value)}")
    return plain


def _names(kinds: dict[str, type]) -> str:
    """Return the classes of ``kinds`` as "A", "A or B", or "A, B or C"."""
    *most, last = (kind.__name__ for kind in kinds.values())
    return f"{', '.join(most)} or {last}" if most else last


def _sources(layer: Layer, numbers: dict[str, int]) -> tuple[int, ...]:
    """Return the numbers of what ``layer`` reads; ``numbers`` are those of the layers before it."""
    for name in layer.reads:
        if name != INPUT and name not in numbers:
            raise InvalidNetwork(f"reads: {name!r} is no layer before this one, nor {INPUT!r}")
    sources = tuple(numbers.get(name, -1) for name in layer.reads) or (len(numbers) - 1,)
    if len(sources) != layer.arity:
        values = "1 value" if layer.arity == 1 else f"{layer.arity} values"
        raise InvalidNetwork(f"reads: a {layer.kind} layer reads {values}, not {len(sources)}")
    return sources


def _check_ending(layer: Layer, *, last: bool) -> None:
    """Raise unless ``layer`` gives the next one activations, or ends with scores if it is the last."""
    if last and layer.window is not None:
        raise InvalidNetwork("kind: the last layer must be dense")
    if not last and layer.rule is None:
        what = "fire" if layer.spiking else "have a shift and bits"
        raise InvalidNetwork(f"{layer.rule_type.field}: every layer but the last must {what}")
    # The last layer of a spiking network may count spikes.
    if last and layer.rule is not None and not layer.spiking:
        raise InvalidNetwork("requantise: the last layer gives scores and must not requantise")
