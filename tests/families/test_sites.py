from accelgen.families import FAMILIES
from accelgen.families.sites import COMPARED, lut_sites


def test_cells_of_adders_and_memories_take_the_place_of_lookup_tables():
    assert lut_sites({"LUT4": 10, "CARRY": 7, "FF": 3}) == 10
    assert lut_sites({"LUT4": 10, "CCU2C": 3, "TRELLIS_DPR16X4": 2}) == 10 + 6 + 12


def test_every_family_that_is_compared_counts_them():
    for name in COMPARED:
        cells = {cell.name: cell.title for cell in FAMILIES[name].cells}
        assert cells["LUT4"] == "LUTs" and "block RAMs" in cells.values()
