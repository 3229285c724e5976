import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiers import COLLECTED, LONG, PARTS, SHORT, durations, is_long, matches

ROOT = Path(__file__).parents[1]


def collect(*arguments: str) -> list[str]:
    """Return the names of tests that pytest would run."""
    program = [sys.executable, "-m", "pytest", "-o", "addopts=", "--collect-only", "-q", *arguments]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT)
    return [line for line in done.stdout.splitlines() if "::" in line]


@pytest.fixture(scope="module")
def collected(request):
    """Names of all tests in the files that are spoken of: those of this run, if it is one of all files."""
    files = {pattern.split("::")[0] for pattern in (*LONG, *SHORT, *PARTS.values())}
    names = request.config.stash[COLLECTED]
    return names if files <= {name.split("::")[0] for name in names} else collect(*sorted(files))


def test_every_pattern_stands_for_tests(collected):
    for patterns in (LONG, SHORT, PARTS.values()):
        assert [each for each in patterns if not any(matches(each, name) for name in collected)] == []


def test_the_short_tier_touches_every_part(collected):
    short = [name for name in collected if not is_long(name)]
    missed = [part for part, own in PARTS.items() if not any(matches(own, name) for name in short)]
    assert missed == []


def test_both_tiers_together_are_all_tests():
    recipes = dict(
        re.findall(r"^(test|test-all): .*\n\t(.*pytest.*)$", (ROOT / "Makefile").read_text(), re.M)
    )
    assert '-m "not long"' in recipes["test"] and "tests" not in recipes["test"]
    assert recipes["test-all"] == recipes["test"].replace(' -m "not long"', "")
    file = "tests/sim/test_formal.py"
    short, long = collect(file, "-m", "not long"), collect(file, "-m", "long")
    assert (
        short
        and long
        and [is_long(name) for name in short + long] == [False] * len(short) + [True] * len(long)
    )


def test_a_star_stands_for_anything_and_a_bracket_for_itself():
    assert matches("a.py::t[*-1]", "a.py::t[x\n-1]") and not matches("a.py::t[*-1]", "a_py::t[x-1]")
    assert not matches("a.py::t", "a.py::t[1]")


def test_durations_of_a_log_are_added_up():
    text = "1.50s setup    tests/a.py::t[x y]\n0.25s call     tests/a.py::t[x y]\n0.1s call tests/b.py::u\n"
    assert durations(f"== slowest durations ==\n{text}") == {"tests/a.py::t[x y]": 1.75, "tests/b.py::u": 0.1}
