import pytest

from accelgen.errors import InvalidRequest
from accelgen.power.macros import Uses, candidates, fit, read_macros
from tests.power.drawn import ENABLED, LIBRARY, macro


@pytest.fixture
def macros(tmp_path):
    (tmp_path / "small.lib").write_text(macro())
    (tmp_path / "wide.lib").write_text(
        macro("ram32x32", area=300.0, leakage=100.0, address=5, width=32, energy=900.0)
    )
    return read_macros([tmp_path / "small.lib", tmp_path / "wide.lib"])


def uses(reads=0, writes=0, address=(), data=0, cycles=0, seconds=0.0):
    return Uses(reads, writes, address, data, cycles, seconds)


def test_words_make_banks_and_bits_make_columns(macros):
    made = fit(40, 12, {"ram16x8": macros["ram16x8"]}, uses(reads=1))
    assert (made.banks, made.columns, made.count, made.area) == (3, 2, 6, 600.0)
    # Two columns wake, each for both edges of 500 fJ and 100 fJ of its clock pin; six macros leak 50 nW each.
    assert made.read == made.write == pytest.approx(2.2e-12) and made.leakage == pytest.approx(300e-9)


def test_a_run_costs_accesses_pins_and_idle_cycles(tmp_path):
    (tmp_path / "ram.lib").write_text(ENABLED)
    made = fit(40, 12, read_macros([tmp_path / "ram.lib"]), uses())
    ram = made.macro
    assert made.dynamic(uses(reads=3, writes=2)) == pytest.approx(2 * (3 * ram.read + 2 * ram.write))
    # Six macros see the low four bits of the address; the bits above choose a bank.
    assert made.dynamic(uses(address=(1, 2, 3, 4, 99, 99))) == pytest.approx(6 * 10 * ram.address)
    # A word enters the columns of three banks.
    assert made.dynamic(uses(data=7)) == pytest.approx(3 * 7 * ram.data)
    # Of six macros in ten cycles two are woken in four.
    assert made.dynamic(uses(reads=4, cycles=10)) == pytest.approx(8 * ram.read + (60 - 8) * ram.idle)
    assert made.dynamic(uses(reads=10, writes=10, cycles=1)) == pytest.approx(20 * (ram.read + ram.write))


def test_the_least_energy_of_the_run_wins(macros):
    assert fit(32, 32, macros, uses(reads=1000)).name == "ram32x32"
    assert fit(16, 8, macros, uses(writes=1000)).name == "ram16x8"
    # 16 bits cost 2.2 pJ in two small ones, and 1.9 pJ in a large one that leaks no more.
    assert fit(16, 16, macros, uses(reads=1, seconds=1.0)).name == "ram32x32"


def test_candidates_are_the_best_at_some_rate(tmp_path):
    names = {"thrifty": (900.0, 1.0), "quick": (100.0, 1000.0), "bad": (950.0, 2000.0)}
    for name, (energy, leakage) in names.items():
        (tmp_path / f"{name}.lib").write_text(macro(name, energy=energy, leakage=leakage))
    macros = read_macros([tmp_path / f"{name}.lib" for name in names])
    # At 1 GHz a microwatt is 1 fJ a cycle and no matter; at 1 kHz it is 1 nJ and all that matters.
    assert candidates(16, 8, macros, 1e9).keys() == {"quick"}
    assert candidates(16, 8, macros, 1e3).keys() == {"thrifty"}
    assert candidates(16, 8, macros, 1e6).keys() == {"thrifty", "quick"}


def test_files_without_memories_do_not_serve(tmp_path):
    (tmp_path / "cells.lib").write_text(LIBRARY)
    with pytest.raises(InvalidRequest, match="^there is no memory macro in the files of --macros$"):
        read_macros([tmp_path / "cells.lib"])
    (tmp_path / "odd.lib").write_text(macro().replace("clock : true;", ""))
    with pytest.raises(InvalidRequest, match="odd.lib: ram16x8: has no clock pin with internal_power$"):
        read_macros([tmp_path / "odd.lib"])
