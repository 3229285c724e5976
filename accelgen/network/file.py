"""The network file: safetensors with a JSON header, every byte of it checked before use.

The header's ``accelgen`` entry is JSON: ``schema``, ``name``, ``input``, ``layers`` (scalars of each
layer) and ``provenance``. The tensors are ``<number>.index``, ``<number>.codes`` and ``<number>.bias``.
There is no pickle anywhere near this file, and to read it reads no other. (The provenance may say where data
of somebody's own were; they are looked for where something is measured with them, and must have its digest.)

Schema 2 adds ``reads`` to every layer: the names of the layers that it reads, or "input". In schema 1 each
layer reads the one before. Schema 3 adds ``coding`` to the input: how features become pixels. Schema 4 adds
what `_since_4` lists, and leaves out the ``coding`` of pixels. A network is written in the lowest schema that
can hold it, so a chain of pixels has the same bytes and the same digest as before there were others, in
whichever it was read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Set
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as pack

from accelgen.errors import InvalidNetwork, InvalidRequest, at
from accelgen.files import write_whole
from accelgen.network.blocks import BlockSparse
from accelgen.network.coding import Coding
from accelgen.network.encoding import Input, PixelInput
from accelgen.network.fields import check_name, check_type
from accelgen.network.integrator import Integrator
from accelgen.network.kinds import INPUTS, LAYERS
from accelgen.network.layer import INPUT, Layer
from accelgen.network.multiply import Multiply
from accelgen.network.network import Network
from accelgen.network.rule import Rule
from accelgen.network.spiking import Neuron, synapse_of
from accelgen.network.synapse import Synapse
from accelgen.network.task import Task
from accelgen.network.thresholds import Thresholds, rules_of
from accelgen.reading import from_json
from accelgen.values import integer, shown

__all__ = ["SCHEMAS", "digest", "dump", "load", "save"]

#: 1: a chain. 2: layers name what they read. 3: and the input is of features. 4: and what `_since_4` lists.
SCHEMAS = (1, 2, 3, 4)
#: Fields of the header that a network of schema 4 may have: the class of each, a dataclass of numbers and
#: words.
LATER: dict[str, type] = {"task": Task, "readout": Integrator}
#: Bits of a weight that every schema has, at most.
NARROW_BITS = 4
MAX_FILE_BYTES = 1 << 28
T = TypeVar("T")
TENSORS = ("index", "codes", "bias")


def dump(network: Network) -> bytes:
    """Return the bytes of the network file; the same network gives the same bytes."""
    tensors: dict[str, np.ndarray] = {}
    layers: list[dict] = []
    later = {name: asdict(value) for name in LATER if (value := getattr(network, name)) is not None}
    schema = _schema(network)
    for number, layer in enumerate(network.layers):
        tensors |= {
            f"{number}.index": layer.weights.index,
            f"{number}.codes": layer.weights.codes,
            f"{number}.bias": layer.bias,
        }
        layers.append(_entry(layer) | ({"reads": _reads(network, number)} if schema > 1 else {}))
    header = {
        "schema": schema,
        "name": network.name,
        "input": _entering(network.input),
        "layers": layers,
        "provenance": network.provenance,
        **later,
    }
    return pack(tensors, metadata={"accelgen": json.dumps(header, sort_keys=True)})


def _schema(network: Network) -> int:
    """Return the lowest schema that can hold a network."""
    if _since_4(network):
        return 4
    return 3 if network.input.coding else 1 if network.chained else 2


def _since_4(network: Network) -> list[str]:
    """Return what of a network only schema 4 can say, one sentence each."""
    return [
        *(
            f"layer {number} ({layer.name}): only schema 4 has weights of more than {NARROW_BITS} bits"
            for number, layer in enumerate(network.layers)
            if layer.weights.bits > NARROW_BITS
        ),
        *(
            f"layer {number} ({layer.name}): window: only schema 4 has {layer.window.title}"
            for number, layer in enumerate(network.layers)
            if layer.window and not layer.window.plain
        ),
        *(
            f"layer {number} ({layer.name}): only schema 4 has {layer.rule.part}"
            for number, layer in enumerate(network.layers)
            if isinstance(layer.rule, Thresholds | Multiply)
        ),
        *(
            f"layer {number} ({layer.name}): neuron: only schema 4 has a multiplier of a leak"
            for number, layer in enumerate(network.layers)
            if isinstance(layer.rule, Neuron) and layer.rule.multiplies
        ),
        *(
            f"layer {number} ({layer.name}): neuron: only schema 4 has a current that lasts"
            for number, layer in enumerate(network.layers)
            if synapse_of(layer)
        ),
        *(["input: coding: only schema 4 has signed codes"] if network.signed else []),
        *(f"only schema 4 has {name!r}" for name in LATER if getattr(network, name) is not None),
    ]


def _entry(layer: Layer) -> dict:
    """Return the header's entry of a layer, without what it reads."""
    return {
        "kind": layer.kind,
        "name": layer.name,
        "outputs": layer.weights.outputs,
        "inputs": layer.weights.inputs,
        "bits": layer.weights.bits,
        (layer.rule or layer.rule_type).field: _rule(layer.rule) if layer.rule else None,
        **{part: asdict(getattr(layer, part)) for part in layer.parts},
    }


def _rule(rule: Rule) -> dict:
    """Return a rule's fields, without the multiplier and the synapse of a neuron that has none."""
    absent = {"multiplier": 1, "synapse": None} if isinstance(rule, Neuron) else {}
    left_out = {name for name, nothing in absent.items() if getattr(rule, name) == nothing}
    return {name: value for name, value in asdict(rule).items() if name not in left_out}


def _reads(network: Network, number: int) -> list[str]:
    return [INPUT if read < 0 else network.layers[read].name for read in network.reads[number]]


def _entering(entering: Input) -> dict[str, object]:
    """Return the header's entry of an input: pixels, the first kind, are not named, nor is no coding."""
    kind = {} if entering.kind == PixelInput.kind else {"kind": entering.kind}
    return {name: value for name, value in asdict(entering).items() if value is not None} | kind


def save(network: Network, path: Path) -> None:
    """Write the network file whole, or not at all.

    Parameters
    ----------
    network : Network
        What to write.
    path : str or Path
        Path of the file; its folder is made if it is not there.

    Raises
    ------
    InvalidNetwork
        If ``network`` is no `Network`.
    InvalidRequest
        If the file cannot be written.
    """
    check_type("network", network, Network)
    write_whole(path, dump(network))


def digest(network: Network | Path) -> str:
    """Return the SHA-256 of a network's file, in hex."""
    data = dump(network) if isinstance(network, Network) else Path(network).read_bytes()
    return hashlib.sha256(data).hexdigest()


def load(path: Path) -> Network:
    """Read and check a network file.

    Raises
    ------
    InvalidRequest
        If the file is not there or cannot be read.
    InvalidNetwork
        If anything in it breaks the contract; the message names file, layer and field.
    """
    path = Path(path)
    with at(path):
        if not path.is_file():
            raise InvalidRequest("there is no such network file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidNetwork(f"a network file has at most {MAX_FILE_BYTES} bytes")
        try:
            with safe_open(path, framework="numpy") as stream:
                metadata = stream.metadata() or {}
                tensors = {key: stream.get_tensor(key) for key in stream.keys()}
        except OSError as error:
            raise InvalidRequest(f"cannot be read: {error.strerror}") from error
        except AttributeError as error:  # 8-bit floats, and others that numpy does not know
            raise InvalidNetwork(f"has a tensor of a type that is not ours ({error})") from error
        except (SafetensorError, ValueError, TypeError, KeyError) as error:
            raise InvalidNetwork(f"is not a whole safetensors file ({error})") from error
        return _network(_header(metadata), tensors)


def _header(metadata: dict[str, str]) -> dict:
    if "accelgen" not in metadata:
        raise InvalidNetwork("header: has no 'accelgen' entry, so this is not a network of ours")
    with at("header"):
        header = from_json(metadata["accelgen"], InvalidNetwork)
    _typed(header, dict, "header")
    if integer(header.get("schema")) not in SCHEMAS:
        allowed = f"{SCHEMAS[0]} to {SCHEMAS[-1]}"
        raise InvalidNetwork(f"header: schema must be {allowed}, not {shown(header.get('schema'))}")
    return header


def _network(header: dict, tensors: dict[str, np.ndarray]) -> Network:
    with at("header"):
        held = {name for name in LATER if header["schema"] > 3 and name in header}
        _keys(header, {"schema", "name", "input", "layers", "provenance", *held})
        _typed(header["layers"], list, "layers")
        for key, value in _typed(header["provenance"], dict, "provenance").items():
            if not isinstance(value, str | int | float):
                raise InvalidNetwork(f"provenance: {key}: must be text or a number")
    expected = {f"{n}.{part}" for n in range(len(header["layers"])) for part in TENSORS}
    if wrong := sorted(expected ^ tensors.keys()):
        state = "missing" if wrong[0] in expected else "not expected"
        raise InvalidNetwork(f"tensor {wrong[0]!r} is {state}")
    layers = []
    for number, entry in enumerate(header["layers"]):
        with at(f"layer {number}"):
            its_own = {part: tensors[f"{number}.{part}"] for part in TENSORS}
            layers.append(_layer(entry, its_own, header["schema"]))
    entering = _input(header["input"], schema=header["schema"])
    later: dict[str, Any] = {}
    for name in sorted(held):
        with at(name):
            later[name] = _record(LATER[name], header[name])
    network = Network(header["name"], entering, tuple(layers), header["provenance"], **later)
    if header["schema"] < 4 and (newer := _since_4(network)):
        raise InvalidNetwork(newer[0])
    return network


def _input(entry: object, *, schema: int) -> Input:
    """Return the input of an entry of the header, which has a coding in schema 3 and may have one in 4."""
    with at("input"):
        values = dict(_typed(entry, dict, "entry"))
        kind = values.pop("kind", PixelInput.kind)
        if not isinstance(kind, str) or kind not in INPUTS:
            raise InvalidNetwork(f"kind: must be one of {', '.join(INPUTS)}, not {shown(kind)}")
        wanted = {field.name for field in fields(INPUTS[kind])}
        coded = schema == 3 or (schema > 3 and "coding" in values)
        _keys(values, wanted if coded else wanted - {"coding"})
        if coded:
            if "coding" not in wanted:
                raise InvalidNetwork(f"kind: {kind} have no coding, and this entry has one")
            with at("coding"):
                values["coding"] = _record(Coding, values["coding"])
        build: Callable[..., Input] = INPUTS[kind]
        return build(**values)


def _layer(value: object, tensors: dict[str, np.ndarray], schema: int) -> Layer:
    """Return the layer of an entry of the header, which from schema 2 on names what the layer reads."""
    entry, named = _typed(value, dict, "entry"), schema > 1
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in LAYERS:
        raise InvalidNetwork(f"kind: must be one of {', '.join(LAYERS)}, not {shown(kind)}")
    layer_type = LAYERS[kind]
    rule_type, rule = layer_type.rule_type, None
    if schema > 3:
        rule_type = next((kind for kind in rules_of(rule_type) if kind.field in entry), rule_type)
    field = rule_type.field
    _keys(entry, {"kind", "name", "outputs", "inputs", "bits", field, *layer_type.parts, *["reads"] * named})
    name = entry["name"]
    check_name(name)
    with at(f"({name})"):
        weights = BlockSparse(
            entry["outputs"], entry["inputs"], entry["bits"], tensors["index"], tensors["codes"]
        )
        if entry[field] is not None:
            with at(field):
                rule = _neuron(entry[field]) if rule_type is Neuron else _record(rule_type, entry[field])
        parts: dict[str, object] = {}
        for part, its_kind in layer_type.parts.items():
            with at(part):
                parts[part] = _record(its_kind, entry[part])
        if named and not _typed(entry["reads"], list, "reads"):
            raise InvalidNetwork("reads: must name what the layer reads")
        reads = tuple(entry["reads"]) if named else ()
        build: Callable[..., Layer] = layer_type
        return build(name=name, weights=weights, bias=tensors["bias"], rule=rule, reads=reads, **parts)


def _neuron(value: object) -> Neuron:
    """Return the neuron of an entry of the header, which has a synapse only if its currents last."""
    entry = dict(_typed(value, dict, "entry"))
    if "synapse" in entry:
        with at("synapse"):
            entry["synapse"] = _record(Synapse, entry["synapse"])
    return _record(Neuron, entry, {"multiplier", "synapse"})


def _record(kind: type, value: object, optional: Set[str] = frozenset()) -> Any:
    """Return a ``kind``, a dataclass, with exactly the fields that ``value`` names, but for optional ones."""
    entry = _typed(value, dict, "entry")
    _keys(entry, {field.name for field in fields(kind)} - (optional - entry.keys()))
    return kind(**entry)


def _typed(value: object, kind: type[T], name: str) -> T:
    if not isinstance(value, kind):
        raise InvalidNetwork(f"{name}: must be a {kind.__name__}, not {type(value).__name__}")
    return value


def _keys(entry: dict, expected: set[str]) -> None:
    if wrong := sorted(expected ^ entry.keys()):
        raise InvalidNetwork(f"field {wrong[0]!r} is {'missing' if wrong[0] in expected else 'unknown'}")
