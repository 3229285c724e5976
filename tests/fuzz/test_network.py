"""Network files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork
from accelgen.network import Network, Synapse
from accelgen.network.file import dump, load
from tests.fuzz.edits import bent, damaged, few, value_or_sentence
from tests.tiny_convolutions import mnist_conv_network
from tests.tiny_networks import lasting, mnist_spiking_network, small_network, tiny_spiking_network

LASTING = lasting(tiny_spiking_network(), Synapse(4, 3))
NETWORKS = (small_network(), mnist_spiking_network(), mnist_conv_network(), LASTING)
FILES = [dump(network) for network in NETWORKS]


def header_of(data: bytes) -> dict:
    """Return the header of a file of safetensors."""
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])


def with_header(data: bytes, header: object) -> bytes:
    """Return the file with another header."""
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + int.from_bytes(data[:8], "little") :]


def of_ours(data: bytes):
    """Return files whose own header, within that of safetensors, is bent."""
    header = header_of(data)

    def made(inner: object) -> bytes:
        return with_header(data, header | {"__metadata__": {"accelgen": json.dumps(inner)}})

    return bent(json.loads(header["__metadata__"]["accelgen"])).map(made)


def broken(data: bytes) -> st.SearchStrategy[bytes]:
    """Return files that are damaged anywhere, in our header, or in that of safetensors."""
    return damaged(data) | of_ours(data) | bent(header_of(data)).map(lambda header: with_header(data, header))


@few
@given(st.one_of(map(broken, FILES)))
def test_any_file_is_a_network_or_a_sentence(tmp_path, data):
    path = tmp_path / "network.safetensors"
    path.write_bytes(data)
    found = value_or_sentence(load, path)
    assert found is None or isinstance(found, Network)


@pytest.mark.parametrize(
    "dtype", ["F8_E5M2", "F8_E4M3", "F8_E8M0", "BF16", "I8", "F4", "NONE", "U64", "BOOL"]
)
def test_tensors_of_another_type_are_refused(tmp_path, dtype):
    """8 bits long as those that are wanted are, some of them: numpy knows not all of these."""
    data = FILES[0]
    header = header_of(data)
    for name, tensor in header.items():
        if name.endswith(".codes"):
            tensor["dtype"] = dtype
    path = tmp_path / "network.safetensors"
    path.write_bytes(with_header(data, header))
    if dtype == header_of(data)["0.codes"]["dtype"]:
        load(path)
        return
    with pytest.raises(InvalidNetwork, match=r"network\.safetensors: "):
        load(path)
