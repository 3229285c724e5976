from dataclasses import replace

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Integrator, Network, load, save, stored_bits
from accelgen.network.file import dump
from accelgen.network.widths import readout_bits, score_bits
from tests.tiny_networks import small_network, spiking_network


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ((3, 1, "mean"), "score: must be 'last' or 'sum' or 'max'"),
        ((0, 1, "last"), "leak: must be 1 to 15 where the score is the last membrane"),
        ((2, True, "sum"), "multiplier"),
    ],
)
def test_what_is_none_is_refused(values, what):
    with pytest.raises(InvalidNetwork, match=what):
        Integrator(*values)


def test_only_currents_of_a_last_layer_without_neurons_are_integrated():
    rule = Integrator(2)
    assert replace(spiking_network(), readout=rule).readout == rule
    with pytest.raises(InvalidNetwork, match="readout: needs a last layer without neurons"):
        replace(spiking_network(readout="count"), readout=rule)
    with pytest.raises(InvalidNetwork, match="readout: needs layers that spike"):
        replace(small_network(), readout=rule)
    with pytest.raises(InvalidNetwork, match="readout"):
        replace(spiking_network(), readout=3)


@pytest.mark.parametrize("rule", [Integrator(3), Integrator(4, 3, "max"), Integrator(0, 1, "sum")])
def test_a_file_has_it_and_others_stay_as_they_were(tmp_path, rule):
    plain = spiking_network()
    network = replace(plain, readout=rule)
    save(network, tmp_path / "a")
    again = load(tmp_path / "a")
    assert again.readout == rule and dump(again) == dump(network)
    assert (
        b'schema\\": 4' in dump(network) and b'schema\\": 1' in dump(plain) and b"readout" not in dump(plain)
    )
    assert stored_bits(network)["readout"] == rule.stored_bits() == 6 + (2 if rule.multiplies else 0)
    assert stored_bits(network)["total"] == stored_bits(plain)["total"] + rule.stored_bits()
    assert "readout" not in stored_bits(plain)


def test_a_file_of_an_older_schema_cannot_have_it(tmp_path):
    data = dump(replace(spiking_network(), readout=Integrator(3)))
    (tmp_path / "a").write_bytes(data.replace(b'schema\\": 4', b'schema\\": 3'))
    with pytest.raises(InvalidNetwork, match="a: header"):
        load(tmp_path / "a")
    (tmp_path / "a").write_bytes(data.replace(b'\\"last\\"', b'\\"lost\\"'))
    with pytest.raises(InvalidNetwork, match="a: readout: score: must be 'last' or 'sum' or 'max'"):
        load(tmp_path / "a")


def test_widths_are_those_of_the_longest_run():
    last: Network = spiking_network()
    layer = last.last
    one = int(np.abs(layer.weights.dense()).sum(axis=1).max() + np.abs(layer.bias).max())
    for rule, most in (
        (Integrator(1), 2 * one + 2),
        (Integrator(15), 16 * one),
        (Integrator(1, 1, "sum"), 32 * one),
    ):
        assert (1 << (score_bits(layer, rule) - 1)) < 2 * most + 2
        assert readout_bits(layer, rule) <= score_bits(layer, rule) <= 1 + (2 * most + 2).bit_length()
    assert score_bits(layer, Integrator(15)) <= score_bits(layer) + 1
