import pytest

from accelgen.errors import InvalidRequest
from accelgen.figures import Figure
from accelgen.report.card import Card
from accelgen.report.readme import BEGIN, END, END_ENERGY, ENERGY, fill

FIGURES = {
    "accuracy": Figure("accuracy", 0.9871, "1", "higher", "c"),
    "stored_bits": Figure("stored_bits", 377225, "bits", "lower", "c"),
}
EMPTY = f"{ENERGY}\n{END_ENERGY}\n"
CARD = Card("m", "A model", "ab12", FIGURES, [])


def test_only_what_is_between_the_markers_changes(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n{EMPTY}")
    text = fill(readme, [CARD]).read_text()
    assert (
        text.startswith(f"before\n{BEGIN}\nDense networks:\n\n| model |")
        and f"|\n{END}\nafter\n{ENERGY}\n" in text
    )
    assert "| 98.71% | 377,225 |" in text and "old" not in text
    assert fill(readme, [CARD]).read_text() == text


def test_every_row_has_the_columns_of_the_heading(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n{EMPTY}")
    spiky = Card(
        "s",
        "Spikes",
        "ab12",
        FIGURES | {"timesteps": Figure("timesteps", 4, "timesteps", "lower", "c")},
        [],
        "spiking",
    )
    text = fill(readme, [CARD, spiky]).read_text().partition(END)[0]
    dense, spiking = text.split("Spiking networks:")
    for text, name in ((dense, "m"), (spiking, "s")):
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1
        assert [row for row in rows if f"[`{name}`]" in row] == [rows[2]]
    assert "| 98.71% | 4 |" in spiking


def test_a_readme_without_markers_is_left_alone(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("mine\n")
    with pytest.raises(InvalidRequest, match="needs the lines"):
        fill(readme, [CARD])
    assert readme.read_text() == "mine\n"


def test_energy_has_a_table_of_its_own(tmp_path):
    conditions = {"form": "unrolled", "library": "L", "voltage": "1 V", "clock": "2 MHz", "images": "3"}
    found = {
        name: Figure(name, value, "nJ", "lower", "c", conditions)
        for name, value in (("tech_energy", 1.234), ("tech_energy_mac", 0.5), ("tech_area", 1234.0))
    }
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n{EMPTY}")
    text = fill(readme, [CARD, Card("w", "W", "cd", FIGURES | found, [])]).read_text()
    assert "| 1.23 nJ, tech |" in text and "| not measured yet |" in text
    table = text.partition(ENERGY)[2]
    assert "| [`w`](models/w/card.md) | 98.71% | unrolled | L | 1 V | 2 MHz | 3 | 1,234 |" in table
    assert "[`m`]" not in table
