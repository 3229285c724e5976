"""Figures of spiking models: what each timestep adds, what events save, and what stopping early saves."""

from __future__ import annotations

import tempfile
from pathlib import Path

from accelgen import steps
from accelgen.cards.measure import Say, cycles, played
from accelgen.figures import Figure

__all__ = ["evaluated_spikes", "simulated_spikes"]


def evaluated_spikes(model: str, data: Path | None, say: Say) -> list[Figure]:
    """Return accuracy by timestep, events and additions by layer, and what a margin does.

    The margin is chosen on the validation images.
    """
    say(f"{model}: accuracy on the full test set, and a margin on the validation images")
    evaluation = steps.evaluate(model, data, early_stop=True)
    spikes, stop = evaluation.spikes, evaluation.spikes.chosen
    command = f"accelgen eval {model}"
    images = {"images": f"{evaluation.images:,}", "data": evaluation.data}
    conditions = images | {"timesteps": str(spikes.timesteps)}
    figures = [
        Figure("timesteps", spikes.timesteps, "timesteps", "lower", command),
        Figure("accuracy", evaluation.measured, "1", "higher", command, conditions),
    ]
    figures += [
        Figure(f"accuracy_after_{number}", share, "1", "higher", command, images)
        for number, share in enumerate(spikes.accuracy_by_timestep, 1)
    ]
    for name in ("events", "synaptic_operations"):
        parts = [(name, getattr(spikes, name))]
        parts += [(f"{name}_{layer.name}", getattr(layer, name)) for layer in spikes.layers]
        figures += [
            Figure(part, round(value, 1), "per image", "lower", command, conditions) for part, value in parts
        ]
    chosen = conditions | {"chosen on": stop.chosen_on}
    command += " --early-stop"
    return [
        *figures,
        Figure("early_stop_margin", stop.test.margin, "of a score", "lower", command, chosen),
        Figure(
            "early_stop_timesteps", round(stop.test.timesteps_used, 3), "timesteps", "lower", command, chosen
        ),
        Figure("early_stop_accuracy", stop.test.accuracy, "1", "higher", command, chosen),
    ]


def simulated_spikes(model: str, evaluated: list[Figure], data: Path | None, say: Say) -> list[Figure]:
    """Return cycles and memory words on all test images: as it is, driven by its clock, and stopping early.

    Parameters
    ----------
    model : str
        Which spikes.
    evaluated : list of Figure
        What `evaluated_spikes` has found: the margin is taken from there.
    data, say
        See `make_card`.
    """
    margin = next(figure.value for figure in evaluated if figure.name == "early_stop_margin")
    say(f"{model}: simulation in verilator")
    simulation = played(model, steps.sim(model, data=data, say=say))
    command = f"accelgen sim {model}"
    figures = cycles(command, simulation)
    conditions = figures[0].conditions
    figures += [
        Figure(name, round(getattr(simulation.spikes, name), 1), "per image", "lower", command, conditions)
        for name in ("weight_words", "membrane_updates", "membrane_words")
    ]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / model
        say(f"{model}: simulation of a clock-driven engine")
        clocked = played(model, steps.sim(model, data=data, say=say, out=out, skip_zeros=False))
        say(f"{model}: simulation with early stop")
        early = played(model, steps.sim(model, data=data, say=say, out=out, margin=margin))
    for name, other, options in (
        ("clock_driven", clocked, "--clock-driven"),
        ("early_stop", early, f"--margin {margin}"),
    ):
        line = f"{command} {options}"
        mean, words = other.cycles.mean, other.spikes.weight_words
        figures += [
            Figure(f"{name}_cycles_mean", round(mean, 1), "cycles", "lower", line, conditions),
            Figure(f"{name}_weight_words", round(words, 1), "per image", "lower", line, conditions),
        ]
    ratio = round(clocked.cycles.mean / simulation.cycles.mean, 2)
    against = conditions | {"against": "clock-driven"}
    figures.append(Figure("event_saving", ratio, "x", "higher", f"{command} --clock-driven", against))
    return figures
