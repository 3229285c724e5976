import io

import numpy as np
import pytest

from accelgen.errors import DataError, InvalidRequest
from accelgen.interop import export_nir
from accelgen.interop.spiking.read import read, units_of
from tests.tiny_networks import tiny_spiking_network

nir = pytest.importorskip("nir")


def written(path, *nodes, **how):
    graph = nir.NIRGraph.from_list(*nodes, type_check=False)
    nir.write(path, graph, **how)
    return path


def test_nodes_have_their_numbers_and_their_metadata(tmp_path):
    weights = np.float32([[1, 2], [3, 4]])
    path = written(tmp_path / "a.nir", nir.Linear(weights, metadata={"name": "x"}), nir.Threshold(np.ones(2)))
    units = read(path)
    assert units.edges == (("input", "linear"), ("linear", "threshold"), ("threshold", "output"))
    linear = units.units["linear"]
    assert (linear.op, linear.facts["name"], linear.values["weight"].dtype) == ("Linear", "x", np.float64)
    assert np.array_equal(linear.values["weight"], weights) and units.units["input"].values["shape"] == (2,)


def test_a_stream_is_read_as_a_file_is(tmp_path):
    content = export_nir(tiny_spiking_network())
    (tmp_path / "a.nir").write_bytes(content)
    streamed, filed = units_of(io.BytesIO(content)), read(tmp_path / "a.nir")
    assert streamed.facts == filed.facts and streamed.units.keys() == filed.units.keys()


def test_what_is_no_file_of_nir_is_one_sentence(tmp_path):
    with pytest.raises(InvalidRequest, match="is not there"):
        read(tmp_path / "a.nir")
    (tmp_path / "a.nir").write_bytes(b"no")
    with pytest.raises(DataError, match="a.nir: is no NIR file"):
        read(tmp_path / "a.nir")
    import h5py

    with h5py.File(tmp_path / "b.nir", "w") as file:
        file.create_dataset("version", data="1")
    with pytest.raises(DataError, match="b.nir: is no NIR file"):
        read(tmp_path / "b.nir")
    path = written(tmp_path / "c.nir", nir.Linear(np.float32([[np.nan]])))
    with pytest.raises(DataError, match="linear: weight: must be finite numbers"):
        read(path)
    graph = nir.NIRGraph({"a": nir.Threshold(np.ones(2))}, [("a", "b")], type_check=False)
    nir.write(tmp_path / "d.nir", graph)
    with pytest.raises(DataError, match="an edge names 'b'"):
        read(tmp_path / "d.nir")
    nir.write(tmp_path / "e.nir", nir.Threshold(np.ones(2)))
    with pytest.raises(DataError, match="e.nir: is no NIR file"):
        read(tmp_path / "e.nir")


def test_a_file_that_takes_too_much_memory_is_not_called_damaged(tmp_path, monkeypatch):
    path = written(tmp_path / "a.nir", nir.Linear(np.float32([[1, 2], [3, 4]])))

    def large(*_, **__):
        raise MemoryError("Unable to allocate 1 TiB")

    monkeypatch.setattr(nir, "read", large)
    with pytest.raises(DataError, match=r"a\.nir: takes more memory than there is$"):
        read(path)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("weight", np.ones((2, 2), complex), "linear: weight: must be numbers, not complex128"),
        ("weight", np.full((2, 2), 1e300), "linear: weight: must be numbers that 32-bit floats can hold"),
        ("weight", np.full((2, 2), 1e-300), "linear: weight: must be numbers that 32-bit floats can hold"),
        ("weight", "Linear", "a.nir: is no NIR file"),
    ],
)
def test_numbers_that_are_none_are_named(tmp_path, name, value, message):
    import h5py

    path = written(tmp_path / "a.nir", nir.Linear(np.eye(2, dtype=np.float32)))
    with h5py.File(path, "r+") as file:
        del file[f"node/nodes/linear/{name}"]
        file[f"node/nodes/linear/{name}"] = value
    with pytest.raises(DataError, match=message):
        read(path)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ([2.5], "input: shape: must be whole numbers"),
        ([np.nan], "input: shape: must be whole numbers"),
        ([1] * 9, "input: shape: must be at most 8 whole numbers"),
        ([1 << 13, 1 << 13], "input: shape: must have a product of at most 33,554,432"),
        ("x", "input: shape: must be at most 8 whole numbers"),
    ],
)
def test_shapes_that_are_none_are_named(tmp_path, shape, message):
    import h5py

    path = written(tmp_path / "a.nir", nir.Linear(np.eye(2, dtype=np.float32)))
    with h5py.File(path, "r+") as file:
        del file["node/nodes/input/shape"]
        file["node/nodes/input/shape"] = shape
    with pytest.raises(DataError, match=message):
        read(path)
