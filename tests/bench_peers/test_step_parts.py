"""The parts of a training's time make up the whole, and what was measured is as it was before."""

from accelgen.train import loop
from accelgen.train.nets import IntegerNet
from bench import step_parts, training
from tests.bench_peers.test_training import recipe  # noqa: F401


def test_parts_are_those_of_an_epoch(recipe, capsys):  # noqa: F811
    before = loop.augment, vars(IntegerNet)["forward"], "forward" in vars(step_parts.FloatNet)
    found = training.main(["--profile", "--recipe", str(recipe), "--images", "100", "--epochs", "3"])
    assert {"forward", "backward", "Adam", "validation", step_parts.REST} <= found.keys()
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert "teacher" not in found and min(found.values()) > 0
    assert (loop.augment, vars(IntegerNet)["forward"], "forward" in vars(step_parts.FloatNet)) == before
    shown = capsys.readouterr().out
    assert "| backward |" in shown and "| all |" in shown and "100%" in shown
