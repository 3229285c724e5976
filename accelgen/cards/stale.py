"""What of a card is no longer of the network and the hardware of today, and what measures it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accelgen import steps
from accelgen.cards.described import described, reference
from accelgen.cards.hardware import HARDWARE, todays
from accelgen.cards.twin import against_twin, of_twin
from accelgen.figures import Figure
from accelgen.models import NETWORK_FILE, REFERENCE_FILE, model_folder
from accelgen.report.card import Card, read_card
from accelgen.report.energy import technologies
from accelgen.steps.overview import Overview

__all__ = ["PARTS", "Stale", "fresh", "part", "stale"]

#: Parts that every card of a network has, and the commands that measure them.
PARTS = {"accuracy": "eval", "simulation": "sim", "area": "synth"}


@dataclass(frozen=True, slots=True)
class Stale:
    """A part of a card that does not hold any more.

    Attributes
    ----------
    model : str
        Whose card.
    part : str
        "card", "size", one of `PARTS` or "energy in ..." a technology.
    why : str
        What has changed.
    command : str
        What measures it again, and leaves alone what still holds.
    """

    model: str
    part: str
    why: str
    command: str

    def __str__(self):
        return f"{self.model}: {self.part} {self.why}: {self.command}"


def stale(model: str) -> list[Stale]:
    """Return what of a model's card does not hold any more; nothing if all does.

    Accuracy is that of a network, by the digest of its file; cycles, area and energy are those of hardware,
    by its fingerprint. Neither speaks of tools: their versions stand among the conditions.
    """
    folder = model_folder(model)
    again, path = f"accelgen card {model} --stale", folder / "card.json"
    if not path.is_file():
        return [Stale(model, "card", "is not there", again)]
    card = read_card(path)
    if not (folder / NETWORK_FILE).is_file():
        same = reference(model).figures == card.figures
        return [] if same else [Stale(model, "card", f"does not say what {REFERENCE_FILE} does", again)]
    overview = steps.info(model)
    if card.digest != overview.network_sha256:
        return [Stale(model, "card", f"is of another {NETWORK_FILE}", again)]
    found, why = [], "is of other hardware than is generated today"
    if not _says_what_files_do(card, overview):
        found.append(Stale(model, "size", "is not what the files of today state", again))
    found += [Stale(model, name, why, again) for name in PARTS if not fresh(model, part(card, name))]
    for technology in technologies(card):
        figures = part(card, technology)
        if not fresh(model, figures):
            command = f"{again} --technology {technology} {_libraries(figures[0].command)}"
            found.append(Stale(model, f"energy in {technology}", why, command))
    return found


def part(card: Card, name: str) -> list[Figure]:
    """Return the figures of one of `PARTS`, or of a technology; none if the card has no such part."""
    energy = tuple(f"{technology}_" for technology in technologies(card))
    if name not in PARTS:
        return [figure for figure in card.figures.values() if figure.name.startswith(f"{name}_")]
    return [
        figure
        for figure in card.figures.values()
        if figure.command.split()[1:2] == [PARTS[name]]
        and not of_twin(figure)
        and not (energy and figure.name.startswith(energy))
    ]


def fresh(model: str, figures: Iterable[Figure]) -> bool:
    """Return whether there are figures, and all of the hardware that is generated today."""
    known = {(figure.command, figure.conditions.get(HARDWARE)) for figure in figures}
    return bool(known) and all(todays(model, command) == noted for command, noted in known)


def _says_what_files_do(card: Card, overview: Overview) -> bool:
    """Return whether stored bits and the float twin are those that the files state today."""
    stated = described(card.name, overview)
    twin = against_twin(card.name, part(card, "accuracy"))
    told = [figure for figure in card.figures.values() if of_twin(figure)]
    return told == twin and all(card.figures.get(figure.name) == figure for figure in stated)


def _libraries(command: str) -> str:
    """Return the options of a command that name standard cells and macros."""
    words = command.split()
    pairs = zip(words, words[1:], strict=False)
    return " ".join(f"{name} {value}" for name, value in pairs if name in ("--liberty", "--macros"))
