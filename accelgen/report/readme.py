"""The results table of the README, written between its markers from the cards."""

from __future__ import annotations

from pathlib import Path

from accelgen.errors import InvalidRequest
from accelgen.report.card import Card, value_text

__all__ = ["BEGIN", "END", "fill", "table"]

BEGIN = "<!-- results: written by `make cards` -->"
END = "<!-- end of results -->"
#: Published: model, accuracy, energy, where. Figures of others, as they state them.
PUBLISHED = (
    ("[Yin et al., 2018](https://arxiv.org/abs/1804.07370): 3 bits, 8x", "98.4 %", "20 nJ, 40 nm CMOS"),
)
COLUMNS = (
    ("accuracy", "accuracy"),
    ("stored_bits", "stored bits"),
    ("memory_ratio", "smaller than fp32"),
    ("cycles_mean", "cycles per image"),
    ("utilisation", "utilisation"),
    ("synth_generic_cells", "logic, generic cells"),
)


def table(cards: list[Card]) -> str:
    """Return the table: one row for each card, then what others published."""
    heads = ["model", *(head for _, head in COLUMNS), "energy"]
    lines = [_row(heads), _row(["---", *("---:" for _ in COLUMNS), "---"])]
    for card in cards:
        found = [card.figures.get(name) for name, _ in COLUMNS]
        cells = [
            value_text(figure).removesuffix(" bits").removesuffix(" cells").removesuffix(" cycles")
            if figure
            else ""
            for figure in found
        ]
        lines.append(
            _row(
                [
                    f"[`{card.name}`](models/{card.name}/card.md)",
                    *cells,
                    "not measured yet" if card.digest else "",
                ]
            )
        )
    blank = [""] * (len(COLUMNS) - 1)
    lines += [_row([who, accuracy, *blank, energy]) for who, accuracy, energy in PUBLISHED]
    return "\n".join(lines)


def fill(readme: Path, cards: list[Card]) -> Path:
    """Replace what stands between the markers of ``readme``.

    Raises
    ------
    InvalidRequest
        If the file or a marker is not there.
    """
    try:
        text = readme.read_text()
    except OSError as error:
        raise InvalidRequest(f"{readme}: cannot be read: {error.strerror}") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InvalidRequest(f"{readme}: needs the lines {BEGIN!r} and {END!r}")
    readme.write_text(f"{before}{BEGIN}\n{table(cards)}\n{END}{after}")
    return readme


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
