"""A model as one page: gather what is known of it, and write it down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from accelgen.data import DataSet, Images, class_names, set_named_in
from accelgen.data.measures import Measures
from accelgen.files import write_whole
from accelgen.golden import run
from accelgen.golden.batches import spiking_batches
from accelgen.golden.cost import layer_cost
from accelgen.golden.run import Result
from accelgen.models import model_folder, model_names
from accelgen.network import Network, digest
from accelgen.network.size import float_bits, stored_bits
from accelgen.network.widths import activation_range
from accelgen.report.card import Card, read_card
from accelgen.report.model import model_page
from accelgen.report.model_facts import Facts, LayerSummary, Mistake
from accelgen.report.page import render
from accelgen.steps.answer import Answer
from accelgen.steps.checks import timesteps_of
from accelgen.steps.judged import judged
from accelgen.steps.model import AnyModel, Model, model_of
from accelgen.steps.origin import check_origin, images_of, sample_note
from accelgen.steps.testcase import Say
from accelgen.steps.trace import trace

__all__ = ["PAGE", "ModelPage", "report", "write_page"]

PAGE = "report.html"

#: Images whose activations are counted, and mistakes that are shown.
COUNTED, SHOWN = 500, 40
#: Cycles of an image that are simulated for the timeline; more would take many minutes.
LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class ModelPage(Answer):
    """A page that was written: the network's name, the file, and how many images its figures are of."""

    name: str
    written: Path
    images: int


def report(
    model: AnyModel,
    *,
    data: Path | None = None,
    out: Path | None = None,
    timeline: bool = True,
    say: Say = lambda line: None,
) -> ModelPage:
    """Write a page of a model.

    Parameters
    ----------
    model : str, Path or Model
        Name or path, or a model that was read.
    data : Path, optional
        Where data sets are; without it, and without a full set, committed images if there are any.
    out : Path, optional
        File to write; ``rtl_out/<name>/report.html`` by default.
    timeline : bool
        Whether to simulate one image cycle by cycle, which takes some seconds. One that keeps the lanes busy
        for more than `LONGEST` cycles is not simulated.
    say : callable
        Told what is going on.

    Returns
    -------
    ModelPage
        Where it is.

    Raises
    ------
    InvalidRequest
        If the network was trained on other data, or does not say on what: the page shows what it gets right.
    """
    model = model_of(model)
    network, datapath = model.network, model.datapath()
    data_set = check_origin(network, measured=True, data=data, folder=model.place)
    images = images_of(network, data, sample="fallback", folder=model.place)
    if not images.full:
        say(sample_note(network, data, model.place))
    say(f"golden model on {len(images):,} images ...")
    watched = _watched(model, images, data_set)
    traced = None
    cycles = sum(layer.ideal_cycles for layer in watched.work)
    if timeline and cycles > LONGEST:
        say(f"no timeline: an image takes {cycles:,.0f} cycles, and at most {LONGEST:,} are simulated for it")
    elif timeline and datapath.folded:
        say("one image through the engine, cycle by cycle ...")
        traced = trace(model, images)
    stored = stored_bits(network)
    page = model_page(
        Facts(
            network=network,
            hardware=datapath.describe(spiking=network.spiking),
            stored_bits=stored,
            memory_ratio=float_bits(network) / stored["total"],
            card=_card(model),
            cards=_cards(data_set),
            classes=class_names(network),
            images=f"{len(images):,} images of the {images.name}" if images.full else images.name,
            layer=traced.layer if traced else None,
            block=traced.block if traced else None,
            confusion=watched.confusion,
            mistakes=watched.mistakes,
            activations=watched.activations,
            work=watched.work,
            spikes=watched.spikes,
            measures=watched.measures,
        )
    )
    target = Path(out) if out else model.folder / PAGE
    return ModelPage(network.name, write_page(render(page), target), len(images))


def write_page(text: str, target: Path) -> Path:
    """Write a page, whole or not at all, and return its path."""
    return write_whole(target, text)


def _card(model: Model) -> Card | None:
    """Return the card beside a network file, if it is of these tables."""
    path = model.path.with_name("card.json")
    card = read_card(path) if path.is_file() else None
    return card if card and card.digest == digest(model.network) else None


def _cards(data: DataSet) -> list[Card]:
    """Return the cards of all models of the same images, which alone compare."""
    paths = [model_folder(name) / "card.json" for name in model_names()]
    cards = [read_card(path) for path in paths if path.is_file()]
    return [card for card in cards if (shown := _data_of(card)) and shown.folder == data.folder]


def _data_of(card: Card) -> DataSet | None:
    """Return the data set that an accuracy was measured on."""
    accuracy = card.figures.get("accuracy")
    return set_named_in(accuracy.conditions.get("data", "")) if accuracy else None


@dataclass(frozen=True, slots=True, eq=False)
class _Watched:
    """What the golden model does with images: fields of `Facts`."""

    confusion: np.ndarray
    mistakes: list[Mistake]
    activations: list[np.ndarray]
    work: list[LayerSummary]
    spikes: list[np.ndarray]
    measures: Measures | None = None


def _watched(model: Model, images: Images, data_set: DataSet[Images]) -> _Watched:
    """Return what the golden model does with the images: classes, mistakes, activations, work, spikes."""
    network, datapath = model.network, model.datapath()
    watch = _spiking if network.spiking else _dense
    classes, activations, work, spikes = watch(network, images, datapath)
    if network.task is not None:
        found = judged(network, images, classes)
        return _Watched(
            np.zeros((0, 0), np.int64), [], activations, [] if datapath.unrolled else work, spikes, found
        )
    confusion = np.zeros((network.classes, network.classes), np.int64)
    np.add.at(confusion, (images.labels, classes), 1)
    return _Watched(
        confusion=confusion,
        mistakes=_mistakes(images, classes, data_set),
        activations=activations,
        work=[] if datapath.unrolled else work,
        spikes=spikes,
    )


def _shown(images: Images, number: int, data_set: DataSet[Images]) -> np.ndarray:
    """Return a sample to be looked at, uint8[height, width] or more; of recordings where events were."""
    events = data_set.events
    if data_set.own is None or events is None:
        codes, coding = images.pixels[number], data_set.coding
        return (coding.places(codes) if coding else codes).reshape(data_set.plane)
    counts = images.spikes(number, number + 1)[0].sum(axis=0, dtype=np.int64)
    places = counts.reshape(events.polarities, events.height, events.width).sum(axis=0)
    return (255 * places // max(int(places.max()), 1)).astype(np.uint8)


def _mistakes(images: Images, classes: np.ndarray, data_set: DataSet[Images]) -> list[Mistake]:
    return [
        Mistake(int(n), _shown(images, int(n), data_set), int(images.labels[n]), int(classes[n]))
        for n in np.flatnonzero(classes != images.labels)[:SHOWN]
    ]


def _dense(network: Network, images: Images, datapath) -> tuple:
    # Some images at a time: the activations of all would fill the memory.
    starts = range(0, len(images), COUNTED)
    first = run(network, images.pixels[:COUNTED])
    rest = [_answers(run(network, images.pixels[n : n + COUNTED])) for n in starts[1:]]
    entering = first.activations
    counts = [
        np.bincount(x.ravel() - np.int64(activation_range(bits, signed=signed)[0]), minlength=1 << bits)
        for x, bits, signed in zip(entering, network.input_bits, network.input_signs, strict=True)
    ]
    return np.concatenate([_answers(first), *rest]), counts, _work(network, entering, datapath, 1), []


def _answers(result: Result) -> np.ndarray:
    """Return the classes, or the scores of a network without classes."""
    return result.classes if result.task is None else result.scores


def _spiking(network: Network, images: Images, datapath) -> tuple:
    timesteps = timesteps_of(network, None)
    classes: list[np.ndarray] = []
    entering: list[np.ndarray] = []
    for batch in spiking_batches(network, images, timesteps):
        entering = entering or [x[:COUNTED] for x in batch.result.spikes]
        classes.append(batch.result.classes)
    counts = [np.bincount(x.sum(axis=1).ravel(), minlength=timesteps + 1) for x in entering]
    flat = [x.reshape(-1, x.shape[2]) for x in entering]
    return (
        np.concatenate(classes),
        counts,
        _work(network, flat, datapath, timesteps),
        [x[0] for x in entering],
    )


def _work(network: Network, entering: list[np.ndarray], datapath, timesteps: int) -> list[LayerSummary]:
    """Return what each layer does for an image, of ``timesteps`` rows of what enters it."""
    each = (datapath.lanes,) * len(network.layers)
    if datapath.pipelined and datapath.layer_lanes:
        each = datapath.layer_lanes
    work = []
    for layer, x, lanes in zip(network.layers, entering, each, strict=True):
        least = layer_cost(layer, x, lanes, skip_zeros=datapath.skip_zeros)
        every = layer_cost(layer, x, lanes, skip_zeros=False)
        means = (least.macs, least.ideal_cycles, every.ideal_cycles)
        work.append(LayerSummary(*(float(part.mean()) * timesteps for part in means)))
    return work
