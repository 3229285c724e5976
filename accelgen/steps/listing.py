"""What models there are; no network is read, so that the list is there at once."""

from __future__ import annotations

from accelgen.models import NETWORK_FILE, model_folder, model_names, places
from accelgen.report.card import read_card

__all__ = ["list_models"]


def list_models() -> dict:
    """List the models, with what their cards say."""
    models = []
    for name in model_names():
        folder = model_folder(name)
        card = folder / "card.json"
        accuracy = read_card(card).figures.get("accuracy") if card.is_file() else None
        trained = (folder / NETWORK_FILE).is_file()
        models.append({"name": name, "trained": trained, "accuracy": accuracy.value if accuracy else None})
    return {"models": models, "folders": [str(place) for place in places()]}
