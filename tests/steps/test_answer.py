from dataclasses import dataclass
from pathlib import Path

from accelgen.steps.answer import Answer, plain


@dataclass(frozen=True, slots=True)
class Part:
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said(Answer):
    name: str
    folder: Path
    parts: list[Part]
    rest: None = None


def test_an_answer_is_what_json_can_hold():
    said = Said("a", Path("b"), [Part((1, 2))])
    assert said.to_json() == {"name": "a", "folder": "b", "parts": [{"sizes": [1, 2]}], "rest": None}
    assert plain({"x": Path("y"), "z": (1.5,)}) == {"x": "y", "z": [1.5]}
