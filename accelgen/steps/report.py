"""A model as one page: gather what is known of it, and write it down."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen.files import write_whole
from accelgen.models import home, model_folder, model_names, network_path
from accelgen.steps.prepared import Say

if TYPE_CHECKING:
    import numpy as np

    from accelgen.data import Images
    from accelgen.network import Network
    from accelgen.report.card import Card

__all__ = ["PAGE", "report", "write_page"]

PAGE = "report.html"

#: Images whose activations are counted, and mistakes that are shown.
COUNTED, SHOWN = 500, 40
#: Cycles of an image that are simulated for the timeline; more would take many minutes.
LONGEST = 50_000


def report(
    model: str,
    *,
    data: Path | None = None,
    out: Path | None = None,
    timeline: bool = True,
    say: Say = lambda line: None,
) -> dict:
    """Write a page of a model.

    Parameters
    ----------
    model : str
        Name or path.
    data : Path, optional
        Where MNIST or CIFAR-10 is; without it, and without a full set, the committed images of MNIST.
    out : Path, optional
        File to write; ``rtl_out/<name>/report.html`` by default.
    timeline : bool
        Whether to simulate one image cycle by cycle, which takes some seconds. One that keeps the lanes busy
        for more than `LONGEST` cycles is not simulated.
    say : callable
        Told what is going on.

    Returns
    -------
    dict
        ``written`` and ``images`` (what its figures are of).

    Raises
    ------
    InvalidRequest
        If the network was trained on other data, or does not say on what: the page shows what it gets right.
    """
    from accelgen.network import load
    from accelgen.network.size import float_bits, stored_bits
    from accelgen.report.facts import Facts
    from accelgen.report.model import model_page
    from accelgen.report.page import render
    from accelgen.rtl.options import describe
    from accelgen.steps.choice import chosen
    from accelgen.steps.samples import check_reads, class_names, sample_note, samples_of

    path = network_path(model)
    network, datapath = load(path), chosen(path, {})
    check_reads(network, measured=True)
    images = samples_of(network, data, None, sample="fallback")
    if not images.full:
        say(sample_note(data))
    say(f"golden model on {len(images):,} images ...")
    watched = _watched(network, images, datapath)
    traced = {}
    cycles = sum(layer.ideal_cycles for layer in watched["work"])
    if timeline and cycles > LONGEST:
        say(f"no timeline: an image takes {cycles:,.0f} cycles, and at most {LONGEST:,} are simulated for it")
    elif timeline and not datapath.unrolled:
        from accelgen.steps.trace import trace

        say("one image through the engine, cycle by cycle ...")
        found = trace(model, images)
        traced = {"layer": found.layer, "block": found.block}
    stored = stored_bits(network)
    page = model_page(
        Facts(
            network=network,
            hardware=describe(None if datapath.unrolled else datapath.lanes, datapath.weights),
            stored_bits=stored,
            memory_ratio=float_bits(network) / stored["total"],
            card=_card(path),
            cards=_cards(network),
            classes=class_names(network),
            images=f"{len(images):,} images of the {images.name}" if images.full else images.name,
            **watched,
            **traced,
        )
    )
    target = Path(out) if out else home() / "rtl_out" / network.name / PAGE
    return {"name": network.name, "written": str(write_page(render(page), target)), "images": len(images)}


def write_page(text: str, target: Path) -> Path:
    """Write a page, whole or not at all, and return its path."""
    return write_whole(target, text)


def _card(network: Path) -> Card | None:
    """Return the card beside a network file, if it is of these tables."""
    from accelgen.network import digest
    from accelgen.report.card import read_card

    path = network.with_name("card.json")
    card = read_card(path) if path.is_file() else None
    return card if card and card.digest == digest(network) else None


def _cards(network: Network) -> list[Card]:
    """Return the cards of all models of the same data set, which alone compare."""
    from accelgen.report.card import read_card
    from accelgen.steps.samples import reads_cifar10

    paths = [model_folder(name) / "card.json" for name in model_names()]
    cards = [read_card(path) for path in paths if path.is_file()]
    return [card for card in cards if _of_cifar10(card) == reads_cifar10(network)]


def _of_cifar10(card: Card) -> bool:
    accuracy = card.figures.get("accuracy")
    return accuracy is not None and accuracy.conditions.get("data", "").startswith("CIFAR-10")


def _watched(network: Network, images: Images, datapath) -> dict:
    """Return what the golden model does with the images: classes, mistakes, activations, work, spikes."""
    import numpy as np

    watch = _spiking if network.spiking else _dense
    classes, activations, work, spikes = watch(network, images, datapath)
    confusion = np.zeros((network.classes, network.classes), np.int64)
    np.add.at(confusion, (images.labels, classes), 1)
    return {
        "confusion": confusion,
        "mistakes": _mistakes(images, classes),
        "activations": activations,
        "work": [] if datapath.unrolled else work,
        "spikes": spikes,
    }


def _mistakes(images: Images, classes: np.ndarray) -> list:
    import numpy as np

    from accelgen.data import cifar10
    from accelgen.report.facts import Mistake

    shape = cifar10.SHAPE if images.pixels.shape[1] == math.prod(cifar10.SHAPE) else (28, 28)
    return [
        Mistake(int(n), images.pixels[n].reshape(shape), int(images.labels[n]), int(classes[n]))
        for n in np.flatnonzero(classes != images.labels)[:SHOWN]
    ]


def _dense(network: Network, images: Images, datapath) -> tuple:
    import numpy as np

    from accelgen.golden import run

    # Some images at a time: the activations of all would fill the memory.
    starts = range(0, len(images), COUNTED)
    first = run(network, images.pixels[:COUNTED])
    rest = [run(network, images.pixels[n : n + COUNTED]).classes for n in starts[1:]]
    entering = first.activations
    counts = [
        np.bincount(x.ravel(), minlength=1 << bits)
        for x, bits in zip(entering, network.input_bits, strict=True)
    ]
    return np.concatenate([first.classes, *rest]), counts, _work(network, entering, datapath, 1), []


def _spiking(network: Network, images: Images, datapath) -> tuple:
    import numpy as np

    from accelgen.steps.samples import spiking_batches, timesteps_of

    timesteps = timesteps_of(network, None)
    classes, first = [], None
    for batch in spiking_batches(network, images, timesteps):
        first = first or batch.result
        classes.append(batch.result.classes)
    entering = [x[:COUNTED] for x in first.spikes]
    counts = [np.bincount(x.sum(axis=1).ravel(), minlength=timesteps + 1) for x in entering]
    flat = [x.reshape(-1, x.shape[2]) for x in entering]
    return (
        np.concatenate(classes),
        counts,
        _work(network, flat, datapath, timesteps),
        [x[0] for x in entering],
    )


def _work(network: Network, entering: list[np.ndarray], datapath, timesteps: int) -> list:
    """Return what each layer does for an image, of ``timesteps`` rows of what enters it."""
    from accelgen.golden.work import layer_work
    from accelgen.report.facts import LayerWork

    lanes = min(datapath.lanes, max(layer.weights.block_out for layer in network.layers))
    found = []
    for layer, x in zip(network.layers, entering, strict=True):
        least = layer_work(layer, x, lanes, skip_zeros=datapath.skip_zeros)
        every = layer_work(layer, x, lanes, skip_zeros=False)
        means = (least.macs, least.ideal_cycles, every.ideal_cycles)
        found.append(LayerWork(*(float(part.mean()) * timesteps for part in means)))
    return found
