import pytest

from accelgen.errors import InvalidRequest, InvalidSweep
from accelgen.explore.sweep import Range, load_sweep
from tests.explore.drawn import HEAD, RECIPE, sweep


def test_a_sweep_file_is_read_with_its_defaults(tmp_path):
    (tmp_path / "mine.toml").write_text(HEAD + RECIPE)
    found = load_sweep(tmp_path / "mine.toml")
    assert (found.name, found.seeds, found.folder) == ("mine", (0, 1), tmp_path)
    assert found.axes == {"weight_bits": [1, 3], "compression": [1, 4]}
    assert found.measure.targets == ["generic"] and found.search is None


def test_a_search_may_have_ranges():
    found = sweep("[axes]\nlanes = { low = 4, high = 64, log = true }\n[search]\ntrials = 3\n")
    assert found.axes == {"lanes": Range(4, 64, True)} and found.search.objectives[0] == "validation_accuracy"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("[axe]\n", r"^unknown key 'axe'; did you mean 'axes'\?$"),
        ("sweep = 3\n", r"^\[sweep\]: must be a table$"),
        ("[sweep]\nseeds = [0, 0]\n[axes]\nlanes = [4]\n", r"seeds: must differ"),
        ("[sweep]\nseeds = []\n[axes]\nlanes = [4]\n", r"seeds: must be a list of integers of 0 or more"),
        ("", r"^\[axes\]: there must be at least one$"),
        ("[axes]\nlanes = 4\n", r"lanes: must be a list of values, not 4"),
        ("[axes]\nlanes = [4, 4]\n", r"lanes: values must differ"),
        ("[axes]\nmask = ['fixed', 3]\n", r"mask: values must be of one type"),
        ("[axes]\nwidths = [16, 8]\n", r"widths: must be lists of outputs"),
        ("[axes]\nlanes = { low = 1, high = 4 }\n", r"lanes: a range needs a \[search\]"),
        (
            "[axes]\nlanes = { low = 4, high = 4 }\n[search]\ntrials = 1\n",
            r"\[axes.lanes\]: low must be below high",
        ),
        ("[axes]\nlanes = [4]\n[search]\n", r"\[search\]: trials: is missing"),
        (
            "[axes]\nlanes = [4]\n[search]\ntrials = 2\nobjectives = ['accuracy']\n",
            r"'accuracy' is of the test images, and nothing is chosen by them",
        ),
        (
            "[axes]\nlanes = [4]\n[measure]\ntarget = ['generic']\n",
            r"\[measure\]: unknown key 'target'; did you mean 'targets'\?",
        ),
        ("[axes]\nlanes = [4]\n[measure]\nmacros = ['x']\n", r"macros: need a liberty file"),
        (
            "[axes]\nlanes = [4]\n[limits]\ncycles = { min = 9, max = 3 }\n",
            r"cycles: no point can meet it: min 9 is above max 3",
        ),
        ("[axes]\nlanes = [4]\n[limits]\ncycle = { max = 3 }\n", r"did you mean 'cycles'\?"),
    ],
)
def test_what_is_wrong_is_one_sentence(head, message):
    with pytest.raises(InvalidSweep, match=message):
        sweep(head)


def test_all_problems_come_together():
    with pytest.raises(InvalidSweep) as caught:
        sweep("[sweep]\nseed = 3\n[axes]\nlane = [4]\n[search]\ntrials = 0\n")
    assert str(caught.value).count(";") >= 2 and "unknown axis 'lane'" in str(caught.value)


def test_a_recipe_has_neither_seed_nor_teacher():
    recipe = RECIPE.replace("epochs = 2", "epochs = 2\nseed = 4\ndistill = 'mnist_fp32'")
    with pytest.raises(
        InvalidSweep, match="seed: a sweep has its seeds.*distill: the points of a sweep learn"
    ):
        sweep(recipe=recipe)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidRequest, match="none.toml: there is no such sweep$"):
        load_sweep(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[sweep\n")
    with pytest.raises(InvalidSweep, match="bad.toml: is not TOML"):
        load_sweep(tmp_path / "bad.toml")


def test_a_recipe_of_known_data_is_left_as_it_is():
    plan = sweep()
    assert plan.located(plan.recipe) is plan.recipe
