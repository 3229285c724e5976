from accelgen.figures import Figure
from accelgen.report.all_figures import every_figure
from accelgen.report.card import Card


def figure(name, command, **conditions):
    return Figure(name, 12.0, "cycles", "lower", command, conditions)


def test_figures_of_the_same_conditions_stand_together_in_the_order_of_the_card():
    found = [
        figure("cycles_min", "accelgen sim a", lanes="16"),
        figure("area", "accelgen synth <a>"),
        figure("cycles_max", "accelgen sim a", lanes="16"),
        figure("cycles_min_wide", "accelgen sim a", lanes="32"),
    ]
    card = Card("a", "", "", {one.name: one for one in found}, [])
    blocks = every_figure(card).blocks
    assert [[row[0] for row in block.table.rows] for block in blocks] == [
        ["cycles min", "cycles max"],
        ["area"],
        ["cycles min wide"],
    ]
    assert [block.caption for block in blocks] == ["lanes 16.", "", "lanes 32."]
    assert blocks[1].picture == "<p><code>accelgen synth &lt;a&gt;</code></p>"
