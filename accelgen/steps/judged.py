"""How well a network does a task that is not classes, on samples of which somebody knows what is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from accelgen.data import Images, class_names
from accelgen.data.measures import Measures, OutputMeasures, measures
from accelgen.data.targets import wanted_of
from accelgen.errors import InvalidRequest
from accelgen.network import Network, Task
from accelgen.network.task import kind_of
from accelgen.steps.answer import plain

__all__ = ["check_classes", "in_json", "judged", "said_of", "task_of"]


def task_of(network: Network) -> Task:
    """Return what scores stand for, or `InvalidRequest` if they are those of classes."""
    if network.task is None:
        raise InvalidRequest(f"{network.name} has classes, and no other task")
    return network.task


def check_classes(network: Network, what: str) -> None:
    """Raise `InvalidRequest` unless ``network`` has classes, without which there is no ``what``."""
    if network.task is not None:
        raise InvalidRequest(
            f"{what} is of networks with classes, and {network.name} is for {network.task.kind}"
        )


def judged(network: Network, images: Images, scores: np.ndarray) -> Measures | None:
    """Return the measures of integer scores of samples; None if nobody knows what is right for them.

    What is right for a reconstruction are the samples themselves.
    """
    task = task_of(network)
    if not images.labelled and task.kind != "reconstruction":
        return None
    coding = network.input.coding
    unit = np.array(coding.scale) if coding and task.kind == "reconstruction" else 1.0
    return measures(task, scores, wanted_of(images, task.kind, coding), class_names(network), unit)


def said_of(network: Network, scores: np.ndarray) -> tuple[OutputMeasures, ...]:
    """Return what a network says of samples that nobody knows: how often yes, or which numbers."""
    task, names = task_of(network), class_names(network)
    values = task.values(scores)
    if task.kind == "threshold":
        return (OutputMeasures(names[1], {"yes": int(values.sum())}),)
    if task.kind == "labels":
        return tuple(
            OutputMeasures(name, {"yes": int(column.sum())})
            for name, column in zip(names, values.T, strict=True)
        )
    return tuple(
        OutputMeasures(name, {"least": float(one.min()), "mean": float(one.mean()), "most": float(one.max())})
        for name, one in zip(names, values.T, strict=True)
    )


def in_json(found: Measures | None, network_task: Task | None) -> dict[str, Any]:
    """Return the measures as ``--json`` prints them; nothing of a network with classes."""
    if network_task is None:
        return {}
    head: dict[str, Any] = {"task": kind_of(network_task)}
    if found is None:
        return head
    outputs = [{"name": output.name, **output.figures} for output in found.outputs]
    return head | {
        "measures": found.figures,
        **({"outputs": outputs} if outputs else {}),
        **({"roc": plain(found.roc)} if found.roc else {}),
    }
