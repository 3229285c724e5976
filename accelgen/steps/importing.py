"""A network that somebody else trained becomes a model: read, mapped, proven, and then written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from accelgen.data import SETS
from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest, suggest
from accelgen.interop import of_real_numbers, read_graph
from accelgen.interop.build import build
from accelgen.interop.chain import Chain, Finding, Stage, find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.graph import Graph
from accelgen.interop.layers import Converted, Refused
from accelgen.interop.prove import Proof, prove, values_apart
from accelgen.models import NETWORK_FILE, home
from accelgen.network import Multiply, Requantise, save
from accelgen.network.layer import Layer
from accelgen.network.names import check_name
from accelgen.network.size import layer_bits
from accelgen.network.task import MEANINGS, TaskName, kind_of
from accelgen.optional import needed
from accelgen.steps.answer import Answer

__all__ = ["Imported", "ImportedLayer", "import_model", "target_of"]

SAMPLES = 4096
MOST_SAMPLES = 1_000_000


@dataclass(frozen=True, slots=True)
class ImportedLayer(Answer):
    """A layer that was made.

    Attributes
    ----------
    name, node : str
        Its name here, and the linear node that it is from.
    outputs, inputs : int
        Rows and columns of its weights.
    weight_bits : int
        Bits of a weight.
    rule : str
        What makes activations of its sums: a shift or multipliers that were proven, thresholds, or "scores".
    stored_bits : int
        All bits that it stores.
    """

    name: str
    node: str
    outputs: int
    inputs: int
    weight_bits: int
    rule: str
    stored_bits: int


@dataclass(frozen=True, slots=True)
class Imported(Answer):
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
    layers : tuple of ImportedLayer
        In the order in which they run.
    rounded : tuple of str
        Linear nodes whose sums float32 rounds: the source itself is not exact there.
    apart : int or None
        If the source was read as real numbers, for that reason: codes of the samples that float32 gives
        otherwise.
    samples, values : int
        Samples on which source and golden model were compared, and values of all layers, each equal.
    ties : int
        Samples of them whose class is another in the source, because float32 rounds equal sums apart.
    task : str
        What scores stand for: "classes", "threshold" or "labels".
    written : Path or None
        The network file.
    """

    name: str
    source: Path
    source_sha256: str
    nodes: tuple[Finding, ...]
    refused: str = ""
    input: str = ""
    layers: tuple[ImportedLayer, ...] = ()
    rounded: tuple[str, ...] = ()
    apart: int | None = None
    samples: int = 0
    values: int = 0
    ties: int = 0
    task: TaskName = "classes"
    written: Path | None = None

    @property
    def gives(self) -> str:
        """What leaves the hardware, in words."""
        return MEANINGS[self.task]


def import_model(
    path: Path,
    name: str,
    *,
    low: float = 0.0,
    high: float = 1.0,
    input_bits: int = 8,
    data: str = "",
    samples: int = SAMPLES,
) -> Imported:
    """Import a network of another tool as ``models/<name>/network.safetensors``.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Name of the model, and of the network.
    low, high, input_bits
        Which numbers enter the source: see `accelgen.interop.entering.Scale`.
    data : str
        The data set that it was trained on, if it is one that is known here.
    samples : int
        Random samples of the proof.

    Returns
    -------
    Imported
        With a reason in ``refused``, and nothing written, if a node cannot be taken.

    Raises
    ------
    InvalidRequest
        If there is such a model already, or the file cannot be read.
    InvalidOption
        If an option is out of its range.
    DataError
        If the file is not as its format says.
    """
    path, scale = Path(path), Scale(low, high, input_bits)
    target = target_of(name)
    if data and data not in SETS:
        raise InvalidOption(f"set must be a data set, not {data!r}: {suggest(data, SETS) or ', '.join(SETS)}")
    if not 1 <= samples <= MOST_SAMPLES:
        raise InvalidOption(f"samples must be 1 to {MOST_SAMPLES:,}, not {samples}")
    with needed():
        graph = read_graph(path)
    stamp = hashlib.sha256(path.read_bytes()).hexdigest()
    chain = find_chain(graph)
    found = Imported(name, path, stamp, chain.findings)
    if chain.refused:
        return replace(found, refused=_first(chain))
    provenance: dict[str, str | int | float] = {
        "source": path.name,
        "source_sha256": stamp,
        "source_low": scale.low,
        "source_high": scale.high,
        **({"data": data} if data else {}),
    }
    try:
        graph, converted = _converted(graph, chain, scale)
        network = build(name, converted, provenance)
    except Refused as error:
        findings = tuple(_refused(finding, error) for finding in chain.findings)
        return replace(found, nodes=findings, refused=f"{_place(error.stage)}: {error.reason}")
    except InvalidNetwork as error:
        return replace(found, refused=str(error))
    if data and not SETS[data].fits(network):
        raise InvalidOption(f"set: {data} does not fit the input of {network.input.inputs}")
    proof = prove(graph, converted, network, scale, samples)
    found = replace(
        found,
        nodes=tuple(_folded(finding, converted) for finding in chain.findings),
        input=network.input.title,
        layers=tuple(map(_made, converted.layers, network.layers)),
        rounded=converted.rounded,
        samples=proof.samples,
        values=proof.values,
        ties=proof.ties,
        task=kind_of(network.task),
    )
    if proof.difference is not None:
        return replace(found, refused=_difference(proof, converted))
    if graph.real:
        found = replace(found, apart=values_apart(read_graph(path), converted, network, scale, samples))
    save(network, target)
    return replace(found, written=target)


def _converted(graph: Graph, chain: Chain, scale: Scale) -> tuple[Graph, Converted]:
    """Return the layers, and the graph as it was read: as real numbers if float32 would round its sums."""
    converted = convert(graph, chain, scale)
    if converted.rounded and (real := of_real_numbers(graph)) is not None:
        return real, convert(real, chain, scale)
    return graph, converted


def target_of(name: str) -> Path:
    """Return where the network of an imported model goes, or raise `InvalidRequest` if something is there."""
    try:
        check_name(name)
    except InvalidNetwork as error:
        raise InvalidRequest(f"a model's {error}") from None
    folder = home() / "models" / name
    for file in ("recipe.toml", NETWORK_FILE):
        if (folder / file).exists():
            raise InvalidRequest(f"{folder / file}: is there already: --as gives another name")
    return folder / NETWORK_FILE


def _first(chain: Chain) -> str:
    first, *others = chain.refused
    more = f" ({len(others)} more in the table)" if others else ""
    return f"{first.node} ({first.op}): {first.why}{more}"


def _place(stage: Stage) -> str:
    return f"{stage.linear.name} ({stage.node.op})" if stage.linear else "what enters"


def _refused(finding: Finding, error: Refused) -> Finding:
    linear = error.stage.linear
    if linear is None or finding.node != linear.name or finding.op != linear.op:
        return finding
    return replace(finding, verdict="refused", why=error.reason)


def _folded(finding: Finding, converted: Converted) -> Finding:
    """Return a finding as it is, but of an average that is part of the weights behind it."""
    for one in converted.folded:
        if (one.node, "accepted") == (finding.node, finding.verdict):
            return replace(
                finding, verdict="folded", why=f"weights of {one.reader}, {one.times} times as many"
            )
    return finding


def _made(layer, made: Layer) -> ImportedLayer:
    rule, weights = made.rule, made.weights
    how = "scores"
    if isinstance(rule, Requantise):
        how = f"shift {rule.shift} to {rule.bits} bits, proven"
    elif isinstance(rule, Multiply):
        how = f"multipliers of {rule.multiplier_bits} bits and shift {rule.shift} to {rule.bits} bits, proven"
    elif rule is not None:
        how = f"{rule.describe()['thresholds']} thresholds to {rule.bits_out} bits"
    return ImportedLayer(
        made.name,
        layer.stage.node.name,
        weights.outputs,
        weights.inputs,
        weights.bits,
        how,
        layer_bits(made)["total"],
    )


def _difference(proof: Proof, converted: Converted) -> str:
    at = proof.difference
    if at is None:
        return ""
    why = f"; float32 rounds the sums of {', '.join(converted.rounded)}" if converted.rounded else ""
    return (
        f"{at.layer}: output {at.output} of sample {at.sample} is {at.source:g} in the source and "
        f"{at.golden:g} in the golden model, so nothing was written{why}"
    )
