from accelgen.figures import Figure
from accelgen.report.card import Card
from accelgen.report.energy import energy_table, technologies

CONDITIONS = {"form": "8 lanes", "library": "L", "voltage": "1 V", "clock": "2 MHz", "images": "3"}


def card(name, **energies):
    figures = {"accuracy": Figure("accuracy", 0.9, "1", "higher", "c")}
    for technology, value in energies.items():
        key = f"{technology}_energy"
        figures[key] = Figure(key, value, "nJ", "lower", "c", CONDITIONS)
    return Card(name, "", "ab", figures, [])


def test_technologies_are_those_with_an_energy():
    assert technologies(card("a", x=1.0, y=2.0)) == ["x", "y"] and technologies(card("a")) == []


def test_rows_are_sorted_by_technology_and_energy():
    table = energy_table([card("a", x=3.0, y=1.0), card("b", x=2.0), card("c")]).splitlines()
    assert len({row.count("|") for row in table}) == 1
    assert [row.split("`")[1] for row in table[2:]] == ["b", "a", "a"]
    assert "| 2.00 |" in table[2] and "| 1.00 |" in table[4]
