import re

import pytest

from accelgen.families import FAMILIES, TARGETS


def test_targets_are_gates_and_the_families():
    assert TARGETS == ("generic", "ice40", "ecp5", "gowin")
    assert all(FAMILIES[name].name == name for name in FAMILIES)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_a_family_is_whole(family):
    names = [cell.name for cell in family.cells]
    assert "DSP" in names and family.luts in names and len(set(names)) == len(names)
    assert all(re.compile(cell.pattern) for cell in family.cells)
    assert {cell.title for cell in family.cells} == {"LUTs", "flip-flops", "carries", "block RAMs", ""}
    assert all(words * bits <= family.block_bits for words, bits in family.shapes)
    assert {"LUTs", "block_RAMs", "DSPs"} <= set(family.resources)
    assert "{top}" in family.synthesis and f"top.{family.suffix}" in family.pack
