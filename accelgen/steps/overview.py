"""What a model is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from accelgen.network import Layer, Network, Task, digest, stored_bits
from accelgen.network.encoding import Input
from accelgen.network.integrator import Integrator
from accelgen.network.network import Kind
from accelgen.network.rule import Rule
from accelgen.network.size import float_bits, layer_bits
from accelgen.network.spiking import Neuron
from accelgen.network.widths import current_bits, layer_accumulator_bits, membrane_bits
from accelgen.network.window import Window
from accelgen.steps.answer import Answer, plain
from accelgen.steps.checks import timesteps_of
from accelgen.steps.model import AnyModel, model_of

__all__ = ["LayerOverview", "Overview", "info", "overview_of_layer"]


@dataclass(frozen=True, slots=True, eq=False)
class LayerOverview(Answer):
    """A layer, and what it stores.

    Attributes
    ----------
    name : str
        Of the layer.
    inputs, outputs : int
        Activations that enter and leave.
    weight_bits : int
        Bits of a weight.
    rule_type : type of Rule
        What kind of rule such a layer has.
    rule : Rule or None
        How sums become activations; None if they are scores.
    compression : float
        Blocks over kept blocks.
    block_out, block_in : int
        Outputs and inputs of a block of weights; of a convolution, channels that leave and enter.
    kept_blocks : int
        Kept blocks of a block row.
    accumulator_bits : int
        Width of a sum, signed.
    stored_bits : dict of str to int
        Bits by kind, and ``total``: see `accelgen.network.size.layer_bits`.
    window : Window or None
        What a convolution looks at.
    channels : int or None
        Channels that leave a convolution.
    membrane_bits : int or None
        Of a layer that spikes: the width of what a neuron keeps between timesteps, signed; 0 if nothing.
    current_bits : int or None
        Of a layer whose currents last: the width of what a timestep leaves of one, signed.
    """

    name: str
    inputs: int
    outputs: int
    weight_bits: int
    rule_type: type[Rule]
    rule: Rule | None
    compression: float
    block_out: int
    block_in: int
    kept_blocks: int
    accumulator_bits: int
    stored_bits: dict[str, int]
    window: Window | None = None
    channels: int | None = None
    membrane_bits: int | None = None
    current_bits: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints: each fact of the rule is null if there is none."""
        rule = self.rule.describe() if self.rule else dict.fromkeys(self.rule_type.facts)
        return {
            "name": self.name,
            **({"window": plain(self.window), "channels": self.channels} if self.window else {}),
            "inputs": self.inputs,
            "outputs": self.outputs,
            "weight_bits": self.weight_bits,
            **rule,
            **({} if self.membrane_bits is None else {"membrane_bits": self.membrane_bits}),
            **({} if self.current_bits is None else {"current_bits": self.current_bits}),
            "compression": self.compression,
            "block_out": self.block_out,
            "block_in": self.block_in,
            "kept_blocks": self.kept_blocks,
            "accumulator_bits": self.accumulator_bits,
            "stored_bits": self.stored_bits,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Overview(Answer):
    """A network: what enters, its layers, and every stored bit.

    Attributes
    ----------
    name : str
        Of the network.
    kind : "dense", "convolutional" or "spiking"
        What its layers are.
    network_sha256 : str
        Digest of its file, in hex.
    input : Input
        What enters.
    compression : float
        Blocks over kept blocks, of all hidden layers.
    stored_bits : dict of str to int
        Bits by kind, and ``total``: see `accelgen.network.stored_bits`.
    memory_ratio : float
        Bits of the same topology, dense in 32-bit floats, over the stored bits.
    layers : tuple of LayerOverview
        In the order in which they run.
    provenance : dict of str to str, int or float
        Where the tables came from.
    timesteps : int or None
        Of a network that spikes: the timesteps of a sample.
    readout : "count" or "membrane", or None
        Of a network that spikes: what its scores are.
    task : Task or None
        What its scores stand for; None if they are those of classes.
    integrator : Integrator or None
        How membranes that are read out leak, and which of them is the score; None if scores are sums.
    """

    name: str
    kind: Kind
    network_sha256: str
    input: Input
    compression: float
    stored_bits: dict[str, int]
    memory_ratio: float
    layers: tuple[LayerOverview, ...]
    provenance: dict[str, str | int | float]
    timesteps: int | None = None
    readout: Literal["count", "membrane"] | None = None
    task: Task | None = None
    integrator: Integrator | None = None

    @property
    def neurons(self) -> tuple[Neuron, ...]:
        """The rules of the layers that fire."""
        return tuple(layer.rule for layer in self.layers if isinstance(layer.rule, Neuron))

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        spiking = self.timesteps is not None
        return {
            "name": self.name,
            "kind": self.kind,
            "network_sha256": self.network_sha256,
            "input": {name: value for name, value in plain(self.input).items() if value is not None},
            **({"timesteps": self.timesteps, "readout": self.readout} if spiking else {}),
            **({"integrator": plain(self.integrator)} if self.integrator else {}),
            **(
                {"task": {name: part for name, part in plain(self.task).items() if part}} if self.task else {}
            ),
            "compression": self.compression,
            "stored_bits": self.stored_bits,
            "memory_ratio": self.memory_ratio,
            "layers": plain(self.layers),
            "provenance": self.provenance,
        }


def info(model: AnyModel) -> Overview:
    """Describe a network: input, layers, compression and every stored bit."""
    model = model_of(model)
    network, stored = model.network, stored_bits(model.network)
    return Overview(
        name=network.name,
        kind=network.kind,
        network_sha256=digest(model.path),
        input=network.input,
        compression=network.compression,
        stored_bits=stored,
        memory_ratio=float_bits(network) / stored["total"],
        layers=tuple(
            overview_of_layer(layer, bits)
            for layer, bits in zip(network.layers, layer_accumulator_bits(network), strict=True)
        ),
        provenance=network.provenance,
        timesteps=timesteps_of(network, None) if network.spiking else None,
        readout=_readout(network) if network.spiking else None,
        task=network.task,
        integrator=network.readout,
    )


def overview_of_layer(layer: Layer, sum_bits: int) -> LayerOverview:
    """Return the overview of a layer whose sums have ``sum_bits`` bits."""
    weights = layer.weights
    return LayerOverview(
        name=layer.name,
        inputs=layer.inputs,
        outputs=layer.outputs,
        weight_bits=weights.bits,
        rule_type=layer.rule_type,
        rule=layer.rule,
        compression=weights.compression,
        block_out=weights.block_out,
        block_in=layer.word,
        kept_blocks=weights.kept,
        accumulator_bits=sum_bits,
        stored_bits=layer_bits(layer),
        window=layer.window,
        channels=weights.outputs if layer.window else None,
        membrane_bits=membrane_bits(layer) if layer.spiking else None,
        current_bits=current_bits(layer) or None,
    )


def _readout(network: Network) -> Literal["count", "membrane"]:
    return "count" if network.last.rule else "membrane"
