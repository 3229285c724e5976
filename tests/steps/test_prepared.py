import numpy as np

from accelgen.golden import run_spiking
from accelgen.steps.prepared import prepare
from tests.build import mnist_spiking_network


def test_hardware_images_and_results_belong_together(home, images):
    made = prepare("pixels", 7, timesteps=2, lanes=4, weights="ram")
    assert made.verilog.is_file() and made.load.is_file() and made.manifest.lanes == 4
    assert len(made.samples) == len(made.golden.vectors) == 7 and made.full
    result = run_spiking(mnist_spiking_network(), images().pixels[:7], 2)
    assert np.array_equal(made.golden.vectors.expected[:, :-1], result.scores[:, -1])
    assert made.golden.vectors.inputs == {"last_timestep": 1}


def test_a_margin_builds_hardware_that_can_stop(home, images):
    made = prepare("pixels", 2, timesteps=3, margin=4, lanes=4)
    assert made.manifest.early_stop and made.golden.vectors.inputs["margin"] == 4
    assert made.load is None


def test_where_the_full_test_set_is_not_is_said(digits, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(digits / "nowhere"))
    said = []
    made = prepare("digits", 2, lanes=4, say=said.append)
    assert not made.full
    assert said[0] == (
        f"the full test set is not in {digits}/nowhere/mnist: using the committed test vectors "
        "(ACCELGEN_DATA or --data names another folder)"
    )
