from accelgen.power.adder import find_full_adder, has_clock_gates
from accelgen.power.liberty import parse
from tests.power.drawn import LIBRARY


def test_a_full_adder_is_known_by_what_it_does():
    assert find_full_adder(parse(LIBRARY)) == ("FA", "A", "B", "CI", "CO", "S")
    assert find_full_adder(parse(LIBRARY, ["INV", "DFF", "GATE"])) is None


def test_the_smallest_one_is_taken():
    small = LIBRARY[LIBRARY.index("cell (FA)") :].replace("FA", "FB").replace("area : 4.0", "area : 3.5")
    library = parse(LIBRARY.rstrip().removesuffix("}") + small)
    assert find_full_adder(library)[0] == "FB"


def test_three_inputs_and_two_outputs_are_not_enough():
    assert find_full_adder(parse(LIBRARY.replace("CI ^ A ^ B", "CI ^ A"))) is None
    inverted = LIBRARY.replace('"CI ^ A ^ B"', '"!(CI ^ A ^ B)"')
    assert find_full_adder(parse(inverted)) is None


def test_clock_gates_are_found():
    assert has_clock_gates(parse(LIBRARY)) and not has_clock_gates(parse(LIBRARY, ["INV", "DFF"]))
