"""Files of NIR, whole ones and damaged ones: bytes, numbers, shapes, kinds and edges that are none."""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import nir
import numpy as np

#: Numbers that are rarely thought of, among them those of a tau that is none.
ODD = (0, -1, np.nan, np.inf, -np.inf, 1e-30, 1e30, 1e308, 1e-310, 2**31, 1.5)
SHAPES: tuple[tuple[int, ...], ...] = ((0,), (), (1,), (3, 1), (7,), (2, 2, 2), (12, 6), (0, 12))
#: Shapes that a few bytes can declare.
HUGE: tuple[tuple[int, ...], ...] = ((100_000, 100_000), (1 << 40,), (1, 1 << 33), (50_000, 2000))
SIDES = ([1 << 31], [0], [-4], [2, 10**6, 10**6], [1 << 20, 1, 1], [10**9], [1.5], [12], [1 << 16])
KINDS = ("LI", "LIF", "Conv2d", "Delay", "Flatten", "Output", "Input", "NIRGraph", "Banana", "I", "SumPool2d",
         "AvgPool2d", "Scale", "Linear", "CubaLIF", "Threshold")  # fmt: skip


def whole_files(folder: Path) -> list[Path]:
    """Write a file of each kind of chain, and return their paths."""
    rng = np.random.default_rng(0)
    hidden, last = (rng.normal(0, 0.5, shape).astype(np.float32) for shape in ((6, 12), (3, 6)))
    pooled = rng.integers(-2, 3, (3, 8)).astype(np.float32)
    six, three = np.ones(6, np.float32), np.ones(3, np.float32)
    sides, none = np.array([2, 2]), np.array([0, 0])
    lif = nir.LIF(tau=six * 8e-4, r=six * 8, v_leak=six * 0, v_threshold=six, v_reset=six * 0)
    chains = {
        "lif": ([1, 3, 4], nir.Flatten(np.array([1, 3, 4]), start_dim=0), nir.Affine(hidden, six * 0), lif,
                nir.Linear(last)),
        "pool": ([2, 4, 4], nir.SumPool2d(sides, sides, none), nir.Flatten(np.array([2, 2, 2]), start_dim=0),
                 nir.Linear(pooled), nir.IF(r=three, v_threshold=three * 3, v_reset=three * 0)),
        "cuba": ([12], nir.Affine(hidden, six * 0),
                 nir.CubaLIF(six * 4e-4, six * 8e-4, six * 4, six * 0, six, w_in=six * 2),
                 nir.Affine(last, three * 0.1), nir.I(r=three)),
        "li": ([12], nir.Affine(hidden, six * 0), nir.Threshold(six), nir.Affine(last, three * 0.1),
               nir.LI(tau=three * 8e-4, r=three, v_leak=three * 0)),
    }  # fmt: skip
    paths = []
    for name, (shape, *nodes) in chains.items():
        paths.append(folder / f"{name}.nir")
        every = {"in": nir.Input(np.array(shape)), **{str(n): node for n, node in enumerate(nodes)}}
        every["out"] = nir.Output(np.array([3]))
        edges = list(zip(every, list(every)[1:], strict=False))
        nir.write(paths[-1], nir.NIRGraph(every, edges, type_check=False))
    return paths


def with_bytes_damaged(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Write a file of which a few bytes are others, or the end is missing."""
    data = bytearray(source.read_bytes())
    for _ in range(rng.integers(1, 6)):
        length = int(rng.choice([1, 8]))
        start = int(rng.integers(0, len(data) - length))
        data[start : start + length] = rng.choice(
            [0, 1, 127, 128, 255, rng.integers(0, 256)], length
        ).tolist()
    target.write_bytes(data[: rng.integers(0, len(data)) if rng.random() < 0.1 else None])


def with_parts_damaged(source: Path, target: Path, rng: np.random.Generator) -> list[str]:
    """Write a file that HDF5 can read, one or two parts of which are odd; return what was done."""
    shutil.copy(source, target)
    done: list[str] = []
    with h5py.File(target, "r+") as file:
        names: list[str] = []
        file.visititems(lambda name, part: names.append(name) if isinstance(part, h5py.Dataset) else None)
        for _ in range(rng.integers(1, 3)):
            name = names[rng.integers(len(names))]
            if isinstance(file.get(name), h5py.Dataset) and file[name].size <= 1 << 12:
                how = DAMAGES[rng.integers(len(DAMAGES))]
                done.append(f"{name}: {how.__name__}")
                how(file, name, rng)
    return done


def _gone(file, name, rng):
    del file[name]


def _odd_number(file, name, rng):
    found = np.array(file[name][()])
    if found.dtype.kind in "fiu":
        found, odd = found.astype(np.float64), ODD[rng.integers(len(ODD))]
        if found.size and rng.random() < 0.5:
            found.flat[rng.integers(found.size)] = odd
        else:
            found[...] = odd
        _replaced(file, name, found)


def _odd_shape(file, name, rng):
    found = np.array(file[name][()])
    if found.dtype.kind in "fiu":
        _replaced(file, name, np.resize(found, SHAPES[rng.integers(len(SHAPES))]))


def _odd_dtype(file, name, rng):
    found = np.array(file[name][()])
    _replaced(file, name, found.astype(complex) if found.dtype.kind in "fiu" else 5)


def _kind(file, name, rng):
    _replaced(file, name, KINDS[rng.integers(len(KINDS))])


def _declared(file, name, rng):
    del file[name]
    shape = HUGE[rng.integers(len(HUGE))]
    file.create_dataset(name, shape=shape, dtype="f4", chunks=True if rng.random() < 0.5 else None)


def _edges(file, name, rng):
    found = file.get("node/edges")
    if not isinstance(found, h5py.Dataset) or found.ndim != 2 or found.size > 1 << 12:
        return
    edges = [tuple(edge) for edge in found[()]]
    how = rng.integers(4)
    if how == 3:
        edges = [edges[place] for place in rng.permutation(len(edges))][1:]
    else:
        edges.append((edges[0], (edges[-1][1], edges[0][0]), (b"nobody", b"0"))[how])
    _replaced(file, "node/edges", edges)


def _sides(file, name, rng):
    for place in ("node/nodes/in/shape", "node/nodes/out/shape", "node/nodes/0/input_type"):
        if place in file and rng.random() < 0.6:
            _replaced(file, place, np.array(SIDES[rng.integers(len(SIDES))]))


def _link(file, name, rng):
    del file[name]
    file[name] = (h5py.SoftLink("/node"), h5py.ExternalLink("other.h5", "/x"))[rng.integers(2)]


def _loop(file, name, rng):
    if "node/nodes" in file and "node/nodes/again" not in file:
        file["node/nodes/again"] = file["node"]


def _replaced(file, name, value):
    del file[name]
    file[name] = value


DAMAGES = (_gone, _odd_number, _odd_number, _odd_shape, _odd_dtype, _kind, _declared, _edges, _sides, _link,
           _loop)  # fmt: skip
