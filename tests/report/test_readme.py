import pytest

from accelgen.errors import InvalidRequest
from accelgen.figures import Figure
from accelgen.report.card import Card
from accelgen.report.readme import BEGIN, END, fill

FIGURES = {
    "accuracy": Figure("accuracy", 0.9871, "1", "higher", "c"),
    "stored_bits": Figure("stored_bits", 377225, "bits", "lower", "c"),
}
CARD = Card("m", "A model", "ab12", FIGURES, [])


def test_only_what_is_between_the_markers_changes(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    text = fill(readme, [CARD]).read_text()
    assert text.startswith(f"before\n{BEGIN}\nDense networks:\n\n| model |") and text.endswith(
        f"|\n{END}\nafter\n"
    )
    assert "| 98.71% | 377,225 |" in text and "old" not in text
    assert fill(readme, [CARD]).read_text() == text


def test_every_row_has_the_columns_of_the_heading(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\n")
    spiky = Card(
        "s", "Spikes", "ab12", FIGURES | {"timesteps": Figure("timesteps", 4, "timesteps", "lower", "c")}, []
    )
    dense, spiking = fill(readme, [CARD, spiky]).read_text().split("Spiking networks:")
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
