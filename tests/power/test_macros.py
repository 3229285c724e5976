import pytest

from accelgen.errors import InvalidRequest
from accelgen.power.macros import fit, read_macros
from tests.power.drawn import LIBRARY, macro


@pytest.fixture
def macros(tmp_path):
    (tmp_path / "small.lib").write_text(macro())
    (tmp_path / "wide.lib").write_text(
        macro("ram32x32", area=300.0, leakage=100.0, address=5, width=32, energy=900.0)
    )
    return read_macros([tmp_path / "small.lib", tmp_path / "wide.lib"])


def test_words_make_banks_and_bits_make_columns(macros):
    made = fit(40, 12, {"ram16x8": macros["ram16x8"]}, accesses=1, seconds=0.0)
    assert (made.banks, made.columns, made.area) == (3, 2, 600.0)
    # Two columns wake, each for both edges of 500 fJ; three banks of two leak 50 nW each.
    assert made.access == pytest.approx(2e-12) and made.leakage == pytest.approx(300e-9)


def test_the_least_energy_of_the_run_wins(macros):
    assert fit(32, 32, macros, accesses=1000, seconds=0.0).macro == "ram32x32"
    assert fit(16, 8, macros, accesses=1000, seconds=0.0).macro == "ram16x8"
    # 16 bits cost 2 pJ in two small ones, and 1.8 pJ in a large one that leaks no more.
    assert fit(16, 16, macros, accesses=1, seconds=1.0).macro == "ram32x32"


def test_files_without_memories_do_not_serve(tmp_path):
    (tmp_path / "cells.lib").write_text(LIBRARY)
    with pytest.raises(InvalidRequest, match="^there is no memory macro in the files of --macros$"):
        read_macros([tmp_path / "cells.lib"])
    (tmp_path / "odd.lib").write_text(macro().replace("clock : true;", ""))
    with pytest.raises(InvalidRequest, match="odd.lib: ram16x8: has no clock pin with internal_power$"):
        read_macros([tmp_path / "odd.lib"])
