import json
from dataclasses import dataclass
from typing import Literal

import pytest

from accelgen.errors import DataError, InvalidOption
from accelgen.records import read_record, record


@dataclass(frozen=True)
class Spot:
    x: int
    y: float = 0.0


@dataclass(frozen=True)
class Named:
    label: str


@dataclass(frozen=True)
class Drawing:
    name: str
    colour: Literal["red", "blue"]
    spots: tuple[Spot, ...]
    sizes: dict[str, int]
    closed: bool = False
    middle: Spot | Named | None = None
    note: str | None = None


DRAWING = Drawing("d", "red", (Spot(1), Spot(2, 0.5)), {"wide": 3}, True, Named("m"))
TABLE = record(DRAWING)


def test_a_record_survives_its_file():
    assert read_record(Drawing, json.loads(json.dumps(TABLE))) == DRAWING
    assert "note" not in TABLE and TABLE["spots"][1] == {"x": 2, "y": 0.5}
    assert read_record(Drawing, TABLE | {"middle": {"x": 4}}).middle == Spot(4)


def test_a_file_may_say_more_than_is_read():
    assert read_record(Drawing, TABLE | {"more": 1}) == DRAWING


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": 3}, "^name: must be text, not 3$"),
        ({"colour": "green"}, "^colour: must be 'red' or 'blue', not 'green'$"),
        ({"spots": {}}, "^spots: must be a list, not {}$"),
        ({"spots": [{"x": 1}, {}]}, "^spots: 1: x: is missing$"),
        ({"spots": [{"x": True}]}, "^spots: 0: x: must be an integer, not True$"),
        ({"spots": [{"x": 1, "y": "1"}]}, "^spots: 0: y: must be a number, not '1'$"),
        ({"spots": [7]}, "^spots: 0: must be a table, not 7$"),
        ({"sizes": [1]}, "^sizes: must be a table, not "),
        ({"sizes": {"wide": 1.5}}, "^sizes: wide: must be an integer, not 1.5$"),
        ({"closed": 1}, "^closed: must be true or false, not 1$"),
        ({"middle": {"z": 1}}, "^middle: label: is missing$"),
        ({"note": 1}, "^note: must be text, not 1$"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_named(changed, sentence):
    with pytest.raises(DataError, match=sentence):
        read_record(Drawing, TABLE | changed)


def test_the_error_is_the_caller_s():
    with pytest.raises(InvalidOption, match="^must be a table, not 'text'$"):
        read_record(Drawing, "text", InvalidOption)
    with pytest.raises(DataError, match="^name: is missing$"):
        read_record(Drawing, {})
