"""What a file says of the network in it: which one it is, and what its numbers stand for."""

from __future__ import annotations

import json

from accelgen.data import class_names
from accelgen.network import Network, digest
from accelgen.network.task import kind_of, score_names

__all__ = ["facts_of"]


def facts_of(network: Network) -> dict[str, str]:
    """Return the metadata of a file of ``network``: text, and lists as JSON.

    ``network`` and ``network_sha256`` say which it is, ``outputs`` and ``task`` what its scores are. A
    network with classes names them, as one with labels or several outputs does; one that gives numbers has
    their ``scale`` and ``offset``, one that decides its ``thresholds``. Features have ``coding_offset``,
    ``coding_scale`` and ``coding_ends``: a code of 8 bits is ``clamp(floor((x - offset) / scale), *ends)``.

    Raises
    ------
    InvalidRequest
        If the provenance names more or fewer classes than there are.
    """
    task, coding = network.task, network.input.coding
    facts: dict[str, object] = {
        "network": network.name,
        "network_sha256": digest(network),
        "input": network.input.title,
        "outputs": score_names(task).replace("an image", "a sample"),
        "task": kind_of(task),
        "names": class_names(network),
    }
    if task is not None:
        lists = {"scale": task.scale, "offset": task.offset, "thresholds": task.thresholds}
        facts |= {name: values for name, values in lists.items() if values}
    if coding is not None:
        facts |= {"coding_offset": coding.offset, "coding_scale": coding.scale, "coding_ends": coding.ends}
    facts["provenance"] = network.provenance
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in facts.items()}
