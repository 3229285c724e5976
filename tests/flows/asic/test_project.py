import re

import pytest

from accelgen.errors import InvalidOption
from accelgen.flows.asic.project import FLOWS, PLATFORMS, Project, check_platform, readme


@pytest.mark.parametrize(
    ("flow", "platform", "expected"),
    [
        ("orfs", None, "nangate45"),
        ("librelane", None, "sky130hd"),
        ("orfs", "sky130hd", "sky130hd"),
        ("librelane", "sky130hd", "sky130hd"),
    ],
)
def test_a_flow_has_its_platforms(flow, platform, expected):
    assert check_platform(flow, platform) == expected


@pytest.mark.parametrize(
    ("flow", "platform", "message"),
    [
        (
            "librelane",
            "nangate45",
            "nangate45 is no PDK of LibreLane: use --platform sky130hd, or --flow orfs",
        ),
        ("orfs", "asap7", "platform must be one of nangate45, sky130hd, not 'asap7'"),
        ("openlane", None, "flow must be one of orfs, librelane, not 'openlane'"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(flow, platform, message):
    with pytest.raises(InvalidOption, match=f"^{re.escape(message)}$"):
        check_platform(flow, platform)


def test_a_period_is_in_nanoseconds_to_the_picosecond():
    assert Project("net", ("net.v",), "nangate45", 300.0, 0).period == 3.333


@pytest.mark.parametrize("flow", FLOWS)
def test_a_page_says_what_is_run_and_what_comes_of_it(flow):
    text = readme(Project("net", ("net.v",), "sky130hd", 62.5, 0), flow, ["first", "then"], "It is there.")
    assert text.startswith(f"# net in {FLOWS[flow]}, sky130hd, 62.5 MHz\n")
    assert "```\nfirst\nthen\n```" in text and text.endswith("It is there.\n")


def test_librelane_names_pdk_and_cells_or_neither():
    assert all(bool(platform.pdk) == bool(platform.cells) for platform in PLATFORMS.values())
    assert any(platform.pdk for platform in PLATFORMS.values())
