"""What models there are; no network is read, so that the list is there at once."""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.models import NETWORK_FILE, model_folder, model_names, places
from accelgen.report.card import read_card
from accelgen.steps.answer import Answer

__all__ = ["ListedModel", "ModelList", "list_models"]


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model in the list.

    Attributes
    ----------
    name : str
        Of its folder.
    trained : bool
        Whether it has a network file.
    accuracy : float or None
        What its card says, 0 to 1; None if it has no card that says it.
    """

    name: str
    trained: bool
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class ModelList(Answer):
    """The models by name, and the folders in which they were looked for."""

    models: tuple[ListedModel, ...]
    folders: tuple[str, ...]


def list_models() -> ModelList:
    """List the models, with what their cards say."""
    return ModelList(tuple(map(_listed, model_names())), tuple(str(place) for place in places()))


def _listed(name: str) -> ListedModel:
    folder = model_folder(name)
    card = folder / "card.json"
    accuracy = read_card(card).figures.get("accuracy") if card.is_file() else None
    return ListedModel(name, (folder / NETWORK_FILE).is_file(), accuracy.value if accuracy else None)
