from dataclasses import replace

import numpy as np
import pytest

from accelgen.data.own import read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from accelgen.data.recorded import data_facts, recorded
from accelgen.errors import InvalidRequest
from accelgen.network import PixelInput
from tests.data.made import blobs, write_csv, write_npz
from tests.tiny_networks import small_network

X, Y = blobs(60)


@pytest.fixture
def network(tmp_path, monkeypatch):
    """A network that says that it was trained on blobs.npz, two folders above it."""
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    own = read_own(write_npz(tmp_path / "blobs.npz", X, Y), Reading(seed=3))
    facts = data_facts(own, tmp_path / "models" / "net", True)
    entering = replace(small_network().input, coding=own.coding(CodesChoice(per="all")))
    return replace(small_network(), input=entering, provenance={"data": own.name, **facts})


def test_a_relative_path_is_meant_from_the_network(network, tmp_path):
    assert network.provenance["data_path"] == "../../blobs.npz" and network.provenance["data_seed"] == 3
    found = recorded(network, None, tmp_path / "models" / "net")
    assert found is not None and found.own.reading == Reading(seed=3) and found.coding is network.input.coding
    absolute = data_facts(found.own, tmp_path / "elsewhere", False)
    assert absolute["data_path"] == str(tmp_path / "blobs.npz")


def test_a_network_of_known_data_has_none():
    assert recorded(small_network(), None, None) is None


def test_data_may_be_named_or_lie_where_data_lie(network, tmp_path, monkeypatch):
    for data in (tmp_path, tmp_path / "blobs.npz"):
        assert recorded(network, data, None).name == "blobs.npz"
    monkeypatch.setenv("ACCELGEN_DATA", str(tmp_path))
    assert recorded(network, None, tmp_path).name == "blobs.npz"


def test_data_that_are_not_there_are_one_sentence(network, tmp_path):
    with pytest.raises(InvalidRequest) as error:
        recorded(network, None, tmp_path)
    assert str(error.value).startswith("small: was trained on blobs.npz, which is not at /")
    assert str(error.value).endswith("/blobs.npz: --data names the file or folder")


def test_other_data_are_refused(network, tmp_path):
    changed = X.copy()
    changed[5, 1] = np.nextafter(changed[5, 1], 99)
    write_npz(tmp_path / "blobs.npz", changed, Y)
    with pytest.raises(InvalidRequest, match=r"blobs\.npz holds other data than it was trained on"):
        recorded(network, tmp_path, None)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("data_seed", "x", "provenance: data_seed: must be an integer of 0 to 2147483647, not 'x'"),
        (
            "data_missing",
            "median",
            "provenance: data_missing: must be 'refuse' or 'mean', not 'median'; did you mean 'mean'.",
        ),
    ],
)
def test_a_wrong_entry_is_named(network, tmp_path, name, value, message):
    wrong = replace(network, provenance=network.provenance | {name: value})
    with pytest.raises(InvalidRequest, match=f"^small: {message}$"):
        recorded(wrong, tmp_path, None)


def test_features_need_a_rule(network, tmp_path):
    plain = replace(network, input=PixelInput(network.input.pixels, 4))
    with pytest.raises(InvalidRequest, match="its input has no rule for these features"):
        recorded(plain, tmp_path, None)


def test_columns_that_were_left_out_are_recorded(tmp_path):
    own = read_own(write_csv(tmp_path / "a.csv", X, Y), Reading(ignore=("a", "b")))
    facts = data_facts(own, tmp_path, True)
    entering = replace(small_network().input, coding=own.coding(CodesChoice(per="all")))
    network = replace(small_network(), input=entering, provenance=facts)
    assert recorded(network, None, tmp_path).own.reading.ignore == ("a", "b")
    for text, message in (("[", "is not JSON: "), ("1", "must be a list of names of columns, not 1$")):
        wrong = replace(network, provenance=facts | {"data_ignore": text})
        with pytest.raises(InvalidRequest, match=f"^small: provenance: data_ignore: {message}"):
            recorded(wrong, None, tmp_path)
