"""A spiking network of another framework becomes a model: read, mapped, measured, and then written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from accelgen.data.formats.arrays import Array, open_bytes
from accelgen.errors import DataError, InvalidNetwork, InvalidOption, InvalidRequest, at
from accelgen.flows.apart import problem_of
from accelgen.interop.chain import Finding
from accelgen.interop.export.spiking import check_dt
from accelgen.interop.spiking.chain import RESETS, Reset, find_spiking_chain
from accelgen.interop.spiking.compare import Loss, compare, drawn_spikes
from accelgen.interop.spiking.convert import SpikingLayer, convert_spiking
from accelgen.interop.spiking.discrete import RefusedUnit
from accelgen.interop.spiking.play import batch_of
from accelgen.interop.spiking.read import Units, read
from accelgen.network import EventInput, Integrator, Network, Neuron, Synapse, save
from accelgen.network.blocks import MAX_WEIGHT_BITS
from accelgen.network.fields import whole
from accelgen.network.integrator import SCORES, Scores
from accelgen.network.spiking import MAX_TIMESTEPS
from accelgen.optional import needed
from accelgen.steps.answer import Answer
from accelgen.steps.importing import target_of
from accelgen.values import integers

__all__ = ["ImportedNeurons", "ImportedSpikes", "import_spikes"]

#: Random samples that are compared, and those on which scales of weights are chosen.
SAMPLES, CALIBRATION, MOST_SAMPLES = 256, 64, 100_000
MOST_SIDE, MOST_INPUTS = 1 << 12, 1 << 20
#: Spikes and silences that are drawn.
MOST_SPIKES = 1 << 28


@dataclass(frozen=True, slots=True)
class ImportedNeurons(Answer):
    """A layer that was made.

    Attributes
    ----------
    name, node : str
        Its name here, and the node of its weights.
    outputs, inputs, weight_bits : int
        Rows, columns and bits of its weights.
    neuron : str
        What makes spikes of its sums, or "scores".
    how : str
        "exact", or "calibrated" where no integers are.
    differ, of : int
        Spikes and silences, or scores, that are not those of NIR, and how many there are.
    """

    name: str
    node: str
    outputs: int
    inputs: int
    weight_bits: int
    neuron: str
    how: str
    differ: int
    of: int


@dataclass(frozen=True, slots=True)
class ImportedSpikes(Answer):
    """What became of a file.

    Attributes
    ----------
    name : str
        Of the model.
    source : Path
        The file.
    source_sha256 : str
        Its digest.
    nodes : tuple of Finding
        What became of each node.
    refused : str
        Why nothing was written; empty if a network was.
    input : str
        What enters, in words.
    dt : float
        Seconds of a timestep.
    layers : tuple of ImportedNeurons
        In the order in which they run.
    samples, timesteps : int
        On how many samples, of how many timesteps, NIR and the golden model were compared.
    classes_differ : int
        Samples of which the class at the end is another one.
    apart : float
        How far a score is from that of NIR at most, as a part of the largest one that there is.
    written : Path or None
        The network file.
    """

    name: str
    source: Path
    source_sha256: str
    nodes: tuple[Finding, ...]
    refused: str = ""
    input: str = ""
    dt: float = 0.0
    layers: tuple[ImportedNeurons, ...] = ()
    samples: int = 0
    timesteps: int = 0
    classes_differ: int = 0
    apart: float = 0.0
    written: Path | None = None


def import_spikes(
    path: Path,
    name: str,
    *,
    dt: float | None = None,
    reset: Reset | None = None,
    scores: Scores | None = None,
    weight_bits: int = 4,
    timesteps: int = MAX_TIMESTEPS,
    spikes: Path | None = None,
    samples: int = SAMPLES,
) -> ImportedSpikes:
    """Import a spiking network of another framework as ``models/<name>/network.safetensors``.

    Parameters
    ----------
    path : Path
        A NIR file.
    name : str
        Name of the model, and of the network.
    dt : float, optional
        Seconds of a timestep, which NIR does not know; those of a file that was exported here by default.
    reset : "zero", "subtract" or "subtract-delayed", optional
        What a spike does to a membrane; "zero", as NIR says, or what an exported file says by default.
    scores : "last", "sum" or "max", optional
        What of the membranes of a network that ends with them is the score: that after the last timestep, all
        of them, or the highest. Of an LI it must be said; else it is the last, or what an exported file says.
    weight_bits : int
        Bits of weights where there are no exact integers, 2 to 8.
    timesteps : int
        Of a sample, 1 to 16.
    spikes : Path, optional
        An .npy file of spikes, [samples, timesteps, inputs], on which weights are calibrated and the loss is
        measured; random ones by default.
    samples : int
        How many random ones.

    Returns
    -------
    ImportedSpikes
        With a reason in ``refused``, and nothing written, if a node cannot be taken.

    Raises
    ------
    InvalidRequest
        If there is such a model already, or a file cannot be read.
    InvalidOption
        If an option is out of its range.
    DataError
        If a file is not as its format says.
    """
    path, target = Path(path), target_of(name)
    whole("weight-bits", weight_bits, 2, MAX_WEIGHT_BITS, error=InvalidOption)
    whole("timesteps", timesteps, 1, MAX_TIMESTEPS, error=InvalidOption)
    whole("samples", samples, 2, MOST_SAMPLES, error=InvalidOption)
    if reset is not None and reset not in RESETS:
        raise InvalidOption(f"reset must be {', '.join(RESETS[:-1])} or {RESETS[-1]}, not {reset!r}")
    if scores is not None and scores not in SCORES:
        raise InvalidOption(f"scores must be {', '.join(SCORES[:-1])} or {SCORES[-1]}, not {scores!r}")
    units = _read(path)
    stamp = hashlib.sha256(path.read_bytes()).hexdigest()
    chain = find_spiking_chain(units, reset, scores)
    found = ImportedSpikes(name, path, stamp, chain.findings)
    if chain.refused:
        first, *others = chain.refused
        more = f" ({len(others)} more in the table)" if others else ""
        return replace(found, refused=f"{first.node} ({first.op}): {first.why}{more}")
    step = _dt(units, dt)
    try:
        entering = _entering(chain.shape)
        shown = _spikes(spikes, entering.inputs, timesteps, samples)
        some = max(batch_of(chain.stages, shown.shape[1], CALIBRATION), 2)
        made = convert_spiking(chain.stages, step, weight_bits, shown[:some])
        network = Network(
            name,
            entering,
            tuple(one.layer for one in made),
            {"source": path.name, "source_sha256": stamp, "source_dt": step, "timesteps": timesteps},
            readout=made[-1].readout,
        )
    except RefusedUnit as error:
        findings = tuple(
            replace(one, verdict="refused", why=error.reason) if one.node == error.unit else one
            for one in chain.findings
        )
        return replace(found, nodes=findings, refused=f"{error.unit}: {error.reason}")
    except InvalidNetwork as error:
        return replace(found, refused=str(error))
    loss = compare(made, network, shown, step)
    layers = tuple(_made(one, count) for one, count in zip(made, _counts(made, loss), strict=True))
    found = replace(
        found,
        input=entering.title,
        dt=step,
        layers=layers,
        samples=loss.samples,
        timesteps=shown.shape[1],
        classes_differ=loss.classes[0],
        apart=loss.apart,
    )
    wrong = [one for one in layers if one.differ]
    if wrong and all(one.exact for one in made):
        return replace(found, refused=f"{wrong[0].name}: {wrong[0].differ:,} values differ from those of NIR")
    save(network, target)
    return replace(found, written=target)


def _read(path: Path) -> Units:
    """Return what is in a file, which a process of its own has read before: HDF5 may crash, or never end."""
    with needed():
        import h5py  # noqa: F401
        import nir  # noqa: F401
    if not path.is_file():
        raise InvalidRequest(f"{path}: is not there")
    if problem := problem_of(read.__module__, read.__name__, path, "the library of HDF5"):
        raise DataError(problem)
    return read(path)


def _dt(units: Units, dt: float | None) -> float:
    """Return the seconds of a timestep: what was asked for, else what an exported file says."""
    if dt is None:
        stated = units.facts.get("dt")
        try:
            dt = None if stated is None else float(json.loads(str(stated)))
        except (TypeError, ValueError):
            dt = None
    if dt is None:
        raise InvalidOption(
            "dt must be said: NIR knows no timesteps; --dt 0.0001 is what snnTorch takes, and 1 counts steps"
        )
    check_dt(dt)
    return dt


def _entering(shape: tuple[int, ...]) -> EventInput:
    """Return the input for spikes of a shape: (polarities, height, width), or any number of them."""
    inputs = int(np.prod(shape))
    if inputs > MOST_INPUTS:
        raise DataError(f"{inputs:,} spikes may enter in a timestep, and at most {MOST_INPUTS:,} are taken")
    if len(shape) == 3 and shape[0] <= 2:
        return EventInput(shape[2], shape[1], shape[0])
    if len(shape) == 2:
        return EventInput(shape[1], shape[0], 1)
    width = next((side for side in range(min(inputs, MOST_SIDE), 0, -1) if inputs % side == 0), 1)
    return EventInput(width, inputs // width, 1)


def _spikes(path: Path | None, inputs: int, timesteps: int, samples: int) -> np.ndarray:
    """Return the spikes to compare on, uint8[samples, timesteps, inputs]."""
    if path is None:
        if (wanted := samples * timesteps * inputs) > MOST_SPIKES:
            most = max(MOST_SPIKES // (timesteps * inputs), 2)
            raise InvalidOption(
                f"samples: {samples:,} of {timesteps} timesteps of {inputs:,} inputs are {wanted:,} bits, "
                f"and at most {MOST_SPIKES:,} are drawn: --samples {most} can be"
            )
        return drawn_spikes(samples, timesteps, inputs, seed=0)
    if not path.is_file():
        raise InvalidRequest(f"{path}: is not there")
    found = Array.read(str(path), partial(open_bytes, path))
    with at(path):
        if len(found.shape) != 3 or found.shape[2] != inputs or not 1 <= found.shape[1] <= MAX_TIMESTEPS:
            raise DataError(
                f"must be spikes of [samples, timesteps, {inputs}], of at most {MAX_TIMESTEPS} timesteps, "
                f"not {list(found.shape)}"
            )
        if not found.shape[0]:
            raise DataError("holds no samples")
    return integers(f"{path}: spikes", found.whole(), 0, 1).astype(np.uint8)


def _counts(made: tuple[SpikingLayer, ...], loss: Loss) -> list[tuple[int, int]]:
    """Return what differs in each layer."""
    return [*loss.spikes, *([] if made[-1].stage.fires else [loss.scores])]


def _leak(rule: Neuron | Synapse | Integrator) -> str:
    """Return a leak in words: its shift, or the part that it takes where that is no power of two."""
    return f"{rule.multiplier}/{1 << rule.leak}" if rule.multiplies else str(rule.leak)


def _made(one: SpikingLayer, count: tuple[int, int]) -> ImportedNeurons:
    layer, rule = one.layer, one.layer.rule
    neuron = f"scores, leak {_leak(one.readout)}, {one.readout.score}" if one.readout else "scores"
    if isinstance(rule, Neuron):
        neuron = f"threshold {rule.threshold}"
        if rule.continuous:
            neuron += f", leak {_leak(rule)}, reset {rule.reset}"
            neuron += f", current leak {_leak(rule.synapse)}" if rule.synapse else ""
    how = "exact" if one.exact else "calibrated"
    weights = layer.weights
    return ImportedNeurons(
        layer.name, one.stage.linear.name, weights.outputs, weights.inputs, weights.bits, neuron, how, *count
    )
