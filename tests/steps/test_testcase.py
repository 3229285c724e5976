import numpy as np

from accelgen.golden import run_spiking
from accelgen.steps.model import model_of
from accelgen.steps.testcase import make_case
from tests.tiny_networks import mnist_spiking_network


def test_hardware_images_and_results_belong_together(home, images):
    case = make_case(model_of("pixels"), 7, timesteps=2, lanes=4, weights="ram")
    assert case.hardware.verilog.is_file() and case.hardware.load.is_file() and case.manifest.lanes == 4
    assert len(case.samples) == len(case.expected.vectors) == 7 and case.full
    result = run_spiking(mnist_spiking_network(), images().pixels[:7], 2)
    assert np.array_equal(case.expected.vectors.expected[:, :-1], result.scores[:, -1])
    assert case.expected.vectors.inputs == {"last_timestep": 1}


def test_a_margin_builds_hardware_that_can_stop(home, images):
    case = make_case(model_of("pixels"), 2, timesteps=3, margin=4, lanes=4)
    assert case.manifest.early_stop and case.expected.vectors.inputs["margin"] == 4
    assert case.hardware.load is None


def test_where_the_full_test_set_is_not_is_said(digits, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(digits / "nowhere"))
    said = []
    case = make_case(model_of("digits"), 2, lanes=4, say=said.append)
    assert not case.full
    assert said[0] == (
        f"the full test set is not in {digits}/nowhere/mnist: using the committed test vectors "
        "(ACCELGEN_DATA or --data names another folder)"
    )


def test_fewer_images_than_were_asked_for_is_said(digits, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(digits / "nowhere"))
    said = []
    for asked in (256, 257):
        assert len(make_case(model_of("digits"), asked, lanes=4, say=said.append).samples) == 256
    counts = [line for line in said if line.startswith("golden model")]
    assert counts == [
        "golden model on 256 images ...",
        "golden model on 256 images ... (257 were asked for; there are no more)",
    ]
