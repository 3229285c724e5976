import gzip

import pytest

from accelgen.errors import InvalidRequest
from accelgen.power.liberty import parse, read_library
from tests.power.drawn import ENABLED, LIBRARY, macro


def test_figures_come_in_si_units():
    library = parse(LIBRARY)
    assert (library.name, library.voltage, sorted(library.cells)) == (
        "tiny",
        2.0,
        ["DFF", "FA", "GATE", "INV"],
    )
    inverter = library.cells["INV"]
    assert inverter.area == 1.5 and inverter.leakage == pytest.approx(4e-9)
    assert inverter.pins["A"].capacitance == pytest.approx(3e-15)
    assert inverter.pins["Y"].output and not inverter.pins["A"].output
    assert library.cells["DFF"].pins["CK"].clock and not library.cells["DFF"].pins["D"].clock


def test_energies_are_interpolated_and_averaged_over_rise_and_fall():
    output = parse(LIBRARY).cells["INV"].pins["Y"]
    assert output.energy(0.5e-9, 0.0) == pytest.approx(2e-15)
    assert output.energy(0.5e-9, 5e-15) == pytest.approx(3e-15)
    assert output.energy(0.5e-9, 99e-15) == pytest.approx(4e-15), "beyond the table, its edge"
    assert parse(LIBRARY).cells["DFF"].pins["CK"].energy(0.1e-9, 0.0) == pytest.approx(3e-15)
    assert parse(LIBRARY).cells["DFF"].pins["Q"].energy(0.1e-9, 0.0) == 0


def test_axes_may_be_swapped():
    swapped = LIBRARY.replace(
        "variable_1 : input_transition_time; variable_2 : total_output_net_capacitance;",
        "variable_1 : total_output_net_capacitance; variable_2 : input_transition_time;",
    ).replace('index_1 ("0.0, 1.0"); index_2 ("0.0, 10.0");', 'index_1 ("0.0, 10.0"); index_2 ("0.0, 1.0");')
    output = parse(swapped).cells["INV"].pins["Y"]
    # Now the rows are loads, and both are alike.
    assert output.energy(0.0, 0.0) == output.energy(0.0, 10e-15) == pytest.approx(2e-15)
    assert output.energy(1e-9, 0.0) == pytest.approx(4e-15)


def test_the_unit_of_energy_follows_that_of_capacitance():
    output = parse(LIBRARY.replace("(1, ff)", "(1, pf)")).cells["INV"].pins["Y"]
    assert output.energy(0.0, 0.0) == pytest.approx(2e-12)


def test_macros_have_a_size():
    cell = parse(macro()).cells["ram16x8"]
    assert (cell.depth, cell.width) == (16, 8)


def test_an_output_has_a_function_and_delays():
    output = parse(LIBRARY).cells["INV"].pins["Y"]
    assert output.function == "~A"
    assert output.delay(0.5e-9, 0.0) == pytest.approx(30e-12)
    assert output.delay(0.5e-9, 10e-15) == pytest.approx(50e-12)
    assert parse(LIBRARY.replace('"!A"', '"A\' + A*A"')).cells["INV"].pins["Y"].function == "(~A) | A&A"


def test_registers_and_clock_gates_are_known():
    cells = parse(LIBRARY).cells
    register = cells["DFF"].register
    assert (register.state, register.inverse, register.following, register.clock) == ("IQ", "IQN", "D", "CK")
    assert cells["GATE"].gate == ("E", "CK", "GCK") and not cells["DFF"].gate
    assert register.forced == ""
    forced = LIBRARY.replace('clocked_on : "CK";', 'clocked_on : "CK"; clear : "R\'"; preset : "S * D";')
    assert parse(forced).cells["DFF"].register.forced == "((~R)) | (S & D)"


def test_wires_follow_the_default_model():
    library = parse(LIBRARY)
    assert library.wire_load == "near"
    expected = {0: 0.0, 1: 1e-15, 2: 1.5e-15, 3: 2e-15, 6: 4e-15}
    assert {fanout: library.wire(fanout) for fanout in expected} == pytest.approx(expected)
    without = parse(LIBRARY.replace('default_wire_load : "near";', ""))
    assert without.wire_load == "" and without.wire(5) == 0.0


def test_only_what_is_wanted_is_read(tmp_path):
    path = tmp_path / "tiny.lib.gz"
    path.write_bytes(gzip.compress(LIBRARY.encode()))
    assert list(read_library(path, ["INV"]).cells) == ["INV"]
    with pytest.raises(InvalidRequest, match=r"tiny.lib.gz: has no cell 'NAND2'$"):
        read_library(path, ["NAND2"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "is not a Liberty file: "),
        ("cell (x) { area : 1; }", "is not a Liberty file: it has no library group"),
        (LIBRARY[: LIBRARY.index("internal_power")], "ends within cell 'INV'"),
        (LIBRARY[:300], "is not a Liberty file: it ends within a group"),
        (LIBRARY.replace("area : 1.5", "area : big"), "INV: cell INV: area must be a number"),
        (LIBRARY.replace('"1ns"', '"1 hour"'), "time_unit: '1 hour' is no unit"),
        (LIBRARY.replace("nom_voltage : 2.0;", ""), "library tiny: nom_voltage must be a number"),
    ],
)
def test_what_is_no_library_is_one_sentence(tmp_path, text, message):
    path = tmp_path / "bad.lib"
    path.write_text(text)
    with pytest.raises(InvalidRequest, match=f"bad.lib: {message}"):
        read_library(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidRequest, match="nothing.lib: cannot be read as a Liberty file"):
        read_library(tmp_path / "nothing.lib")


STATES = """  cell (RDFF) {
    area : 7.0;
    leakage_power () { value : 2.0; when : "D"; }
    leakage_power () { value : 6.0; when : "!D"; }
    ff (IQ, IQN) { clear : "R'"; clocked_on : "CK"; next_state : "D"; }
    pin (CK) { direction : "input"; clock : "true";
      internal_power () { when : "(D * R)";
        rise_power (scalar) { values ("2"); } fall_power (scalar) { values ("4"); } }
      internal_power () { when : "(D * !R)";
        rise_power (scalar) { values ("9"); } fall_power (scalar) { values ("9"); } }
      internal_power () { rise_power (scalar) { values ("100"); } fall_power (scalar) { values ("100"); } } }
    pin (D) { direction : input; }
    pin (R) { direction : input; }
    pin (Q) { direction : output; function : "IQ";
      internal_power () { related_pin : "CK"; rise_power (scalar) { values ("1"); } }
      internal_power () { related_pin : "R"; when : "D"; fall_power (scalar) { values ("3"); } }
      timing () { related_pin : "CK"; timing_type : rising_edge; cell_rise (scalar) { values ("0.2"); } }
      timing () { related_pin : "R"; timing_type : clear; cell_fall (scalar) { values ("0.9"); } } }
  }
}
"""
RESET = parse(LIBRARY.rstrip().removesuffix("}") + STATES).cells["RDFF"]


def test_a_pin_costs_the_mean_of_the_states_that_can_be():
    clock = RESET.pins["CK"]
    assert clock.clock and clock.energy(0, 0) == pytest.approx(6e-15), "not what is left beside the states"
    assert clock.under({"R": "1"}).energy(0, 0) == pytest.approx(3e-15)
    assert clock.under({"R": "0"}).energy(0, 0) == pytest.approx(9e-15)
    assert clock.under({"D": "0"}).energy(0, 0) == pytest.approx(100e-15)
    assert clock.under({}) is clock
    # Beside a related pin that has states, one without any keeps its own figure.
    assert RESET.pins["Q"].energy(0, 0) == pytest.approx(2e-15)


def test_what_clears_a_register_is_no_delay():
    assert RESET.pins["Q"].delay(0, 0) == pytest.approx(0.2e-9)


def test_leakage_may_be_stated_for_the_states_alone():
    assert RESET.leakage == pytest.approx(4e-9)


def test_a_bus_costs_what_its_bits_do():
    pin = parse(ENABLED).cells["ram"].pins["ADDR"]
    assert pin.energy(0, 0) == pytest.approx(0.2e-12) and pin.capacitance == pytest.approx(0.5e-12)
