from accelgen.power.liberty import parse
from accelgen.power.special import find_buffer, find_full_adder, has_clock_gates, passed
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


def test_a_buffer_is_fast_for_its_area():
    buffers = "".join(
        f"cell ({name}) {{ area : {area}; pin (A) {{ direction : input; capacitance : 1; }}"
        f' pin (Z) {{ direction : output; function : "(A)"; {timing} }} }}'
        for name, area, timing in (
            ("SLOW", 1.0, 'timing () { cell_rise (scalar) { values ("0.9"); } }'),
            ("FAST", 2.0, 'timing () { cell_rise (scalar) { values ("0.1"); } }'),
            ("UNKNOWN", 0.1, ""),
        )
    )
    assert find_buffer(parse(LIBRARY.rstrip().removesuffix("}") + buffers + "}")) == "FAST"
    assert find_buffer(parse(LIBRARY)) is None


def test_a_buffer_has_one_input_and_passes_it():
    cells = parse(LIBRARY.replace('function : "!A";', 'function : "(A)";')).cells
    assert passed(cells["INV"]) == ("A", "Y")
    assert [passed(cells[name]) for name in ("DFF", "GATE", "FA")] == [None] * 3
    assert passed(parse(LIBRARY).cells["INV"]) is None
