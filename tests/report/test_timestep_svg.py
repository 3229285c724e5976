import xml.etree.ElementTree as ET

from accelgen.figures import Figure
from accelgen.report.timestep_svg import accuracy_by_timestep, draw


def figures(*shares, **more):
    found = {f"accuracy_after_{n}": share for n, share in enumerate(shares, 1)} | more
    return {name: Figure(name, value, "1", "higher", "c") for name, value in found.items()}


def test_timesteps_come_in_order_and_dense_models_have_none():
    assert accuracy_by_timestep(figures(0.9, 0.95, 0.97, accuracy=0.97)) == [0.9, 0.95, 0.97]
    assert accuracy_by_timestep(figures(accuracy=0.97)) == []


def test_the_same_figures_give_the_same_picture():
    shown = figures(0.9, 0.95, early_stop_timesteps=1.3, early_stop_accuracy=0.94)
    text = draw("spiky", shown)
    assert text == draw("spiky", shown) != draw("spiky", figures(0.9, 0.96))
    words = "".join(ET.fromstring(text).itertext())
    assert "spiky" in words and "stopping early" in words
    assert "stopping early" not in draw("spiky", figures(0.9, 0.95))
