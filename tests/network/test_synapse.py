import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork
from accelgen.network import Neuron, Spiking, Synapse, load, save, stored_bits
from accelgen.network.file import dump
from accelgen.network.spiking import synapse_of
from tests.tiny_networks import block_sparse, lasting, small_network, spiking_network


@pytest.mark.parametrize(
    ("synapse", "current", "left"),
    [
        (Synapse(1), 9, 9 - 4),
        (Synapse(1), -9, -9 + 5),
        (Synapse(3), 7, 7),  # what leaks rounds down: so little stays for ever
        (Synapse(3), -7, -6),
        (Synapse(2, 3), 9, 9 - 6),
        (Synapse(15, 32767), 1, 1),
    ],
)
def test_a_timestep_leaves_what_the_equation_says(synapse, current, left):
    assert synapse.left(current) == left
    assert synapse.left(np.array([current])).tolist() == [left]


@given(st.integers(-(2**20), 2**20), st.integers(1, 15))
def test_a_current_moves_towards_zero_and_never_beyond(current, leak):
    left = Synapse(leak, (1 << leak) - 1).left(current)
    assert 0 <= left <= current or current <= left <= 0


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ((0,), "^leak: must be 1 to 15, or a current would last for ever$"),
        ((16,), "^leak: must be an integer of 0 to 15"),
        ((3, 6), "^multiplier: must be 1, or odd and below"),
        ((3, True), "^multiplier: must be an integer"),
    ],
)
def test_what_is_none_is_refused(values, what):
    with pytest.raises(InvalidNetwork, match=what):
        Synapse(*values)


def test_only_membranes_that_live_on_have_currents_that_last():
    with pytest.raises(InvalidNetwork, match="^synapse: a current that lasts needs continuous integration$"):
        Neuron("discontinuous", synapse=Synapse(2))
    with pytest.raises(InvalidNetwork, match="^synapse: must be a Synapse or None, not 3$"):
        Neuron("continuous", 4, synapse=3)
    weights, bias = block_sparse(np.random.default_rng(0), 8, 8), np.zeros(8, np.int32)
    assert synapse_of(Spiking("a", weights, bias, Neuron("continuous", 4, synapse=Synapse(2)))) == Synapse(2)
    assert synapse_of(Spiking("a", weights, bias, None)) is None
    assert synapse_of(small_network().layers[0]) is None


@pytest.mark.parametrize("synapse", [Synapse(3), Synapse(4, 3)])
def test_a_file_has_it_and_others_stay_as_they_were(tmp_path, synapse):
    plain = spiking_network()
    network = lasting(plain, None, synapse)
    save(network, tmp_path / "a")
    again = load(tmp_path / "a")
    assert [layer.rule for layer in again.layers] == [layer.rule for layer in network.layers]
    assert dump(again) == dump(network) and b'schema\\": 4' in dump(network)
    assert dump(network).count(b"synapse") == 1 and b"synapse" not in dump(plain)
    bits = 4 + (2 if synapse.multiplies else 0)
    assert synapse.stored_bits() == bits == stored_bits(network)["total"] - stored_bits(plain)["total"]
    told = network.layers[1].rule.describe()
    assert (told["synapse_leak"], told["synapse_multiplier"]) == (synapse.leak, synapse.multiplier)
    assert "synapse_leak" not in plain.layers[1].rule.describe()


def test_a_file_with_another_or_of_an_older_schema_is_refused(tmp_path):
    data = dump(lasting(spiking_network(), Synapse(3)))
    for before, after, why in (
        (b'schema\\": 4', b'schema\\": 2', r"a: layer 0 \(s0\): neuron: only schema 4 has a current that"),
        (
            b'{\\"leak\\": 3, ',
            b'{\\"leak\\": 0, ',
            r"layer 0: \(s0\): neuron: synapse: leak: must be 1 to 15",
        ),
        (b'{\\"leak\\": 3, ', b'{\\"leek\\": 3, ', r"neuron: synapse: field 'leak' is missing"),
    ):
        assert before in data
        (tmp_path / "a").write_bytes(data.replace(before, after))
        with pytest.raises(InvalidNetwork, match=why):
            load(tmp_path / "a")
