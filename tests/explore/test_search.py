import pytest

from accelgen.errors import InvalidSweep
from accelgen.explore.search import Grid, Proposals, violations
from tests.explore.drawn import sweep

HEAD = """
[axes]
weight_bits = [1, 2, 3]
lanes = {{ low = 4, high = 16 }}
[search]
trials = {trials}
sampler = "{sampler}"
"""


def row(point, bits):
    return {"status": "done", "validation_accuracy": 0.9 + bits / 100, "stored_bits": 100 * bits} | point


def drained(source, count=None):
    """Take points until there are no more, or ``count``; tell each."""
    found = []
    while (count is None or len(found) < count) and (batch := source.next()) is not None:
        found.append(batch[0])
        source.tell(batch, [row(one.columns(), one.choices["weight_bits"]) for one in batch])
    return found


def test_a_grid_gives_each_point_once():
    source = Grid(sweep())
    assert source.total == 8 and not source.learns
    assert len([batch for batch in iter(source.next, None)]) == 8


@pytest.mark.parametrize("sampler", ["tpe", "nsga2", "random"])
def test_a_search_proposes_as_many_points_as_it_may(tmp_path, sampler):
    found = drained(Proposals(sweep(HEAD.format(trials=6, sampler=sampler)), tmp_path))
    assert len(found) == 6
    assert all(4 <= one.hardware["lanes"] <= 16 and one.choices["weight_bits"] in (1, 2, 3) for one in found)


def test_a_search_goes_on_where_it_was_and_proposes_again_what_was_under_way(tmp_path):
    plan = sweep(HEAD.format(trials=6, sampler="random"))
    source = Proposals(plan, tmp_path)
    drained(source, 2)
    lost = source.next()[0]
    again = Proposals(plan, tmp_path)
    found = drained(again)
    assert found[0].key == lost.key and len(found) == 4
    assert Proposals(plan, tmp_path).next() is None


def test_another_space_is_another_search(tmp_path):
    drained(Proposals(sweep(HEAD.format(trials=2, sampler="random")), tmp_path))
    wider = HEAD.format(trials=2, sampler="random").replace("[1, 2, 3]", "[1, 2, 3, 4]")
    assert len(drained(Proposals(sweep(wider), tmp_path))) == 2


def test_what_is_no_recipe_counts_but_is_not_tried(tmp_path):
    head = "[axes]\ncompression = [3, 5]\n[search]\ntrials = 4\n"
    source = Proposals(sweep(head), tmp_path)
    assert source.next() is None and source.misfits == 4


def test_limits_are_missed_by_so_much():
    rows = [{"cycles": 10.0}, {"cycles": 14.0}]
    assert violations({"cycles": {"min": 5, "max": 10}}, rows) == [-7.0, 2.0]
    assert violations({"nj": {"max": 10}}, rows) == [float("inf")]


def test_a_limited_search_learns_that_a_point_failed(tmp_path):
    head = HEAD.format(trials=3, sampler="tpe") + "[limits]\nstored_bits = { max = 100 }\n"
    source = Proposals(sweep(head), tmp_path)
    batch = source.next()
    source.tell(batch, [batch[0].columns() | {"status": "failed", "error": "no"}])
    assert len(drained(source)) == 2


def test_a_sweep_without_a_search_proposes_nothing(tmp_path):
    with pytest.raises(InvalidSweep, match=r"^\[search\]: is missing$"):
        Proposals(sweep(), tmp_path)
