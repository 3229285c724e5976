import numpy as np
import pytest

from accelgen.errors import InvalidOption
from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.read import Units
from tests.interop.spiking.units import affine, chained, fires, leaks, membranes, stages, unit

EYE = np.eye(3)


def test_weights_and_neurons_are_layers_and_shapes_are_folded():
    flatten = unit("flat", "Flatten")
    units = chained(
        flatten, affine("a", np.ones((3, 8))), leaks("b", 3, 1, 2), affine("c", EYE), shape=(2, 2, 2)
    )
    chain = find_spiking_chain(units, None)
    assert [(one.node, one.verdict) for one in chain.findings] == [
        ("input", "folded"), ("flat", "folded"), ("a", "accepted"), ("b", "accepted"), ("c", "accepted"),
        ("output", "folded"),
    ]  # fmt: skip
    first, last = chain.stages
    assert chain.shape == (2, 2, 2) and first.fires and not last.fires and last.neurons is None
    assert first.bias.tolist() == [0, 0, 0]


def test_a_reset_is_what_is_asked_for_else_what_the_file_says_else_zero():
    nodes = affine("a", EYE), fires("b", 3, 1, reset="subtract-delayed", leak_rounds="down")
    assert [one.reset for one in stages(*nodes, inputs=3)] == ["subtract-delayed"]
    assert stages(*nodes, inputs=3)[0].whole
    assert [one.reset for one in stages(*nodes, inputs=3, reset="subtract")] == ["subtract"]
    (plain,) = stages(affine("a", EYE), fires("b", 3, 1), inputs=3)
    assert plain.reset == "zero" and not plain.whole


def test_the_scores_of_membranes_are_what_is_asked_for_or_said_and_never_guessed():
    nodes = affine("a", EYE), membranes("b", 3, 2)
    with pytest.raises(
        InvalidOption, match=r"scores must be said: .* membrane of b \(LI\).*: --scores last is"
    ):
        stages(*nodes, inputs=3)
    assert stages(*nodes, inputs=3, scores="max")[0].scores == "max"
    said = affine("a", EYE), membranes("b", 3, 2, scores="sum")
    assert stages(*said, inputs=3)[0].scores == "sum"
    assert stages(*said, inputs=3, scores="last")[0].scores == "last"
    for last in ((), (unit("b", "I", r=np.ones(3)),)):
        assert stages(affine("a", EYE), *last, inputs=3)[0].scores == "last"
        assert stages(affine("a", EYE), *last, inputs=3, scores="sum")[0].scores == "sum"
    with pytest.raises(InvalidOption, match=r"the spikes of b \(IF\) are counted"):
        stages(affine("a", EYE), fires("b", 3, 1), inputs=3, scores="last")
    wrong = affine("a", EYE), membranes("b", 3, 2, scores="mean")
    with pytest.raises(InvalidOption, match="scores must be said"):
        stages(*wrong, inputs=3)


@pytest.mark.parametrize(
    ("nodes", "name", "why"),
    [
        ([unit("x", "Conv2d")], "x", "spiking layers have no windows yet"),
        ([affine("a", EYE), unit("x", "CubaLI")], "x", "its current lasts beside its membrane"),
        ([affine("a", EYE), membranes("x", 2, 3)], "x", "tau must have one number for each of 3 neurons"),
        (
            [affine("a", EYE), membranes("x", 3, 3), affine("b", EYE)],
            "x",
            "only the last layer gives membranes, and others spikes; an LIF can be imported",
        ),
        ([unit("x", "Delay")], "x", "a graph without delays can be imported"),
        ([unit("x", "NIRGraph")], "x", "the same nodes in one graph can be imported"),
        ([unit("x", "Fly")], "x", "is not known; see docs/own-models.md"),
        ([unit("c", "Conv2d"), fires("x", 3, 1)], "x", r"waits for c \(Conv2d\)"),
        ([fires("x", 3, 1)], "x", "neurons must have weights before them"),
        ([affine("a", EYE), affine("x", EYE)], "x", "weights behind weights"),
        ([affine("x", np.ones((3, 4)))], "x", r"must have weights of \[outputs, 3\], not \[3, 4\]"),
        ([affine("x", EYE, [1, 2])], "x", r"must have a bias of \[3\], not \[2\]"),
        ([affine("a", EYE), fires("x", 2, 1)], "x", "r must have one number for each of 3 neurons"),
        (
            [affine("a", EYE), unit("x", "I", r=np.ones(3)), affine("b", EYE)],
            "x",
            "only the last layer gives membranes, and others spikes; an IF can be imported",
        ),
    ],
)
def test_a_node_that_cannot_be_taken_says_why(nodes, name, why):
    chain = find_spiking_chain(chained(*nodes, shape=(3,)), None)
    assert not chain.stages
    found = {one.node: one.why for one in chain.refused}
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(found[name])


def test_what_is_no_chain_is_refused():
    units = chained(affine("a", EYE), fires("b", 3, 1), shape=(3,))
    back = Units(units.units, (*units.edges, ("b", "a")), {})
    assert {one.node for one in find_spiking_chain(back, None).refused} >= {"a", "b"}
    open_end = Units(units.units, units.edges[:-1], {})
    assert find_spiking_chain(open_end, None).refused[-1].why.startswith("leads to no Output")
    assert find_spiking_chain(Units({}, (), {}), None).refused[0].why.startswith("leads to no Output")
    empty = find_spiking_chain(chained(shape=(3,)), None).refused
    assert [one.why for one in empty] == ["no Affine or Linear reads what enters"]
    shapeless = find_spiking_chain(chained(affine("a", EYE), shape=()), None).refused
    assert [one.why for one in shapeless] == ["must say the shape of what enters"]
