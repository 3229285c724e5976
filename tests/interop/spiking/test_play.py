import csv
import os
from pathlib import Path

import numpy as np
import pytest

from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.play import play_nir, play_stage
from accelgen.interop.spiking.read import read
from tests.interop.spiking.units import DT, affine, cuba, fires, leaks, stages, unit

EXAMPLES = Path(os.environ.get("ACCELGEN_DATA", "data")).parent / "examples"


def one_neuron(*currents, neurons, reset="zero"):
    """Return what leaves a neuron that is fed with ``currents``."""
    (stage,) = stages(affine("a", np.diag(np.ones(1))), neurons, inputs=1, reset=reset)
    spikes = np.array(currents, np.float64).reshape(1, -1, 1)
    return play_stage(stage, spikes, DT)[0, :, 0].tolist()


def test_a_neuron_fires_above_its_threshold_and_starts_from_zero():
    assert one_neuron(1, 1, 1, 1, 1, 1, 1, neurons=fires("n", 1, 2)) == [0, 0, 1, 0, 0, 1, 0]


def test_a_membrane_may_lose_its_threshold_instead():
    for reset in ("subtract", "subtract-delayed"):
        found = one_neuron(2.5, 1, 1, 2.5, 0, 0, neurons=fires("n", 1, 2), reset=reset)
        assert found == [1, 0, 1, 1, 0, 0]


def test_the_threshold_leaves_before_or_after_the_leak():
    # 5 -> 3 -> 1.5, or 5 -> 2.5 - 2 = 0.5
    neurons = leaks("n", 1, 2, 1)
    assert one_neuron(5, 0.5, neurons=neurons, reset="subtract") == [1, 0]
    assert one_neuron(5, 0.6, neurons=neurons, reset="subtract") == [1, 1]
    assert one_neuron(5, 1.5, neurons=neurons, reset="subtract-delayed") == [1, 0]
    assert one_neuron(5, 1.6, neurons=neurons, reset="subtract-delayed") == [1, 1]


def test_a_leak_is_a_share_and_that_of_ours_rounds_down():
    assert one_neuron(3, 0, 0.6, neurons=leaks("n", 1, 1.3, 1)) == [1, 0, 0]
    assert one_neuron(3, 0, 0, neurons=leaks("n", 1, 3.5, 1)) == [0, 0, 0]
    # 3 -> 1.5 -> 0.75 + 2.3 = 3.05; rounded 3 -> 2 -> 1 + 2.3 = 3.3
    whole = leaks("n", 1, 3.2, 1, leak_rounds="down")
    assert one_neuron(3, 0, 2.3, neurons=leaks("n", 1, 3.2, 1)) == [0, 0, 0]
    assert one_neuron(3, 0, 2.3, neurons=whole) == [0, 0, 1]


def test_a_current_lasts_as_long_as_its_tau_says():
    # j is 4, 2, 1 and v is 4, 4, 3
    neurons = cuba("n", 1, 3.5, 1, tau_syn=2 * DT, w_in=2.0)
    assert one_neuron(4, 0, 0, neurons=neurons) == [1, 0, 0]
    assert one_neuron(3.4, 0, 0, neurons=neurons) == [0, 0, 0]  # 3.4, 3.4, 2.55
    assert one_neuron(3.4, 0.2, 0, neurons=neurons) == [0, 1, 0]  # 3.4, 1.7 + 1.7 + 0.2
    assert one_neuron(3, 0.6, 2.3, neurons=cuba("n", 1, 3.2, 1)) == one_neuron(
        3, 0.6, 2.3, neurons=leaks("n", 1, 3.2, 1)
    )


def test_a_current_of_ours_rounds_down_as_its_membrane_does():
    # j is 3, 2, 1, 1 and v is 3, 2 + 2, 2 + 1, 2 + 1; in real numbers 3, 1.5, 0.75 and 3, 3, 2.25
    values = {"tau_syn": 2 * DT, "w_in": 2.0}
    assert one_neuron(3, 0, 0, neurons=cuba("n", 1, 3.5, 1, **values, leak_rounds="down")) == [0, 1, 0]
    assert one_neuron(3, 0, 0, neurons=cuba("n", 1, 3.5, 1, **values)) == [0, 0, 0]
    # 32 bits hold 1/5 and 5 roughly, and their product is 1
    fifth = {"tau_syn": float(np.float32(DT * 1024 / 205)), "w_in": float(np.float32(1024 / 205))}
    assert one_neuron(20, 0, 0, neurons=cuba("n", 1, 26.5, 1, **fifth, leak_rounds="down")) == [0, 0, 0]
    assert one_neuron(20, 0, 0, neurons=cuba("n", 1, 25.5, 1, **fifth, leak_rounds="down")) == [0, 1, 0]


def test_a_threshold_forgets_and_a_readout_adds_up():
    assert one_neuron(1, 1, 3, 0, neurons=unit("n", "Threshold", threshold=[2.0])) == [0, 0, 1, 0]
    chain = stages(affine("a", [[2.0]]), fires("b", 1, 1), affine("c", [[3.0]], [1.0]), inputs=1)
    fired, scores = play_nir(chain, np.array([[[1], [0], [1]]]), DT)
    assert fired[0][0, :, 0].tolist() == [1, 0, 1] and scores[0, :, 0].tolist() == [4, 5, 9]
    _, counted = play_nir(chain[:1], np.array([[[1], [0], [1]]]), DT)
    assert counted[0, :, 0].tolist() == [1, 1, 2]
    last = unit("d", "I", r=[2 / DT])
    chain = stages(affine("c", [[3.0]]), last, inputs=1)
    assert play_nir(chain, np.array([[[1], [0], [1]]]), DT)[1][0, :, 0].tolist() == pytest.approx([6, 6, 12])


@pytest.mark.skipif(not (EXAMPLES / "lif_norse.csv").is_file(), reason="the examples are not there")
def test_the_trace_of_norse_comes_out():
    pytest.importorskip("nir")
    trace = np.array([[float(x) for x in row] for row in csv.reader((EXAMPLES / "lif_norse.csv").open())])
    chain = find_spiking_chain(read(EXAMPLES / "lif_norse.nir"), None)
    fired, _ = play_nir(chain.stages, trace[None, :, :1], DT)
    assert np.array_equal(fired[0][0, :, 0], trace[:, 2]) and trace[:, 2].sum() == 4
