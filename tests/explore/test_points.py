from dataclasses import replace
from pathlib import Path

import pytest

from accelgen.errors import InvalidOption, InvalidRecipe, InvalidSweep
from accelgen.explore.points import grid, point
from accelgen.explore.sweep import Range, load_sweep
from tests.data.made import blobs, write_npz
from tests.explore.drawn import HEAD, RECIPE, sweep

SWEEPS = Path(__file__).parents[2] / "sweeps"


def test_a_grid_has_every_combination_and_all_of_the_first_seed_first():
    points, left_out = grid(sweep())
    assert (len(points), left_out, len({one.key for one in points})) == (8, 0, 8)
    assert [one.seed for one in points] == [0] * 4 + [1] * 4
    assert points[0].columns() == {"point": points[0].digest, "seed": 0, "weight_bits": 1, "compression": 1}
    assert str(points[1]) == "weight bits 1, compression 4, seed 0"


def test_points_that_differ_in_hardware_alone_are_trained_once():
    points, _ = grid(sweep("[axes]\nlanes = [4, 8]\npixel_bits = [1, 2]\n"))
    assert len({one.digest for one in points}) == 4 and len({one.training for one in points}) == 2


def test_what_is_measured_is_part_of_a_point_but_not_of_its_training():
    plan = sweep()
    other = replace(plan, measure=replace(plan.measure, images=5))
    one, two = grid(plan)[0][0], grid(other)[0][0]
    assert one.training == two.training and one.digest != two.digest


def test_impossible_combinations_are_refused_or_left_out():
    head = HEAD.replace("[1, 4]", "[1, 16]").replace("[1, 3]", "[3]")
    odd = RECIPE.replace("block_in = 7", "block_in = 28")
    with pytest.raises(
        InvalidSweep, match=r"^1 of 2 combinations are impossible \(skip_misfits .*16 cannot be"
    ):
        grid(sweep(head, odd))
    points, left_out = grid(sweep(head.replace("[sweep]", "[sweep]\nskip_misfits = true"), odd))
    assert (len(points), left_out) == (2, 1)
    with pytest.raises(InvalidSweep, match="^2 of 2 combinations are impossible: weight bits"[:42]):
        grid(sweep(head.replace("[1, 16]", "[3, 5]").replace("[sweep]", "[sweep]\nskip_misfits = true"), odd))


def test_hardware_that_cannot_be_is_found_out_before_training():
    with pytest.raises(InvalidOption, match="unrolled hardware has its weights in its gates"):
        point(sweep("[axes]\nunrolled = [true]\n[hardware]\nweights = 'ram'\n"), {"unrolled": True}, 0)
    with pytest.raises(
        InvalidOption, match="needs a spiking network, and the network of this recipe is none"
    ):
        point(sweep("[axes]\nlanes = [4]\n"), {"early_stop": True}, 0)
    with pytest.raises(InvalidOption, match="lanes must be an integer"):
        point(sweep("[axes]\nlanes = [4]\n"), {"lanes": 0}, 0)
    with pytest.raises(InvalidRecipe, match="weight_bits: must be an integer of 1 to 4, not 5"):
        point(sweep(), {"weight_bits": 5}, 0)


@pytest.mark.parametrize(("name", "count"), [("mnist_grid", 40), ("snn_grid", 18)])
def test_the_sweeps_that_are_shipped_have_all_their_points(name, count):
    points, left_out = grid(load_sweep(SWEEPS / f"{name}.toml"))
    assert (len(points), left_out) == (count, 0)


def test_a_grid_has_no_ranges():
    ranged = replace(sweep(), axes={"lanes": Range(4, 16)})
    with pytest.raises(InvalidSweep, match=r"^\[axes\]: lanes: a range needs a \[search\]"):
        grid(ranged)


def own_sweep(folder):
    """A sweep whose recipe learns from blobs.npz in the sweep's folder."""
    write_npz(folder / "blobs.npz", *blobs(60))
    text = "[axes]\nweight_bits = [2]\n[recipe.data]\npath = 'blobs.npz'\n[[recipe.layer]]\noutputs = 8\n"
    (folder / "own.toml").write_text(f"{text}[[recipe.layer]]\noutputs = 3\n")
    return load_sweep(folder / "own.toml")


def test_data_of_ones_own_are_meant_from_the_sweeps_folder_and_part_of_a_point(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    plan = own_sweep(tmp_path)
    (one,), _ = grid(plan)
    assert one.recipe["data"]["path"] == "blobs.npz"  # results may be read elsewhere
    assert plan.located(one.recipe)["data"]["path"] == str(tmp_path / "blobs.npz")
    write_npz(tmp_path / "blobs.npz", *blobs(60, seed=1))
    (other,), _ = grid(plan)
    assert one.training != other.training and one.digest != other.digest
