"""The page of a model: what it is, where it stands, what it costs, how it works and what it gets wrong."""

from __future__ import annotations

from html import escape

import numpy as np

from accelgen.figures import Figure
from accelgen.network.size import layer_bits
from accelgen.report.all_figures import every_figure
from accelgen.report.anatomy import blocks_kept, pixels_read
from accelgen.report.charts import bars, heat, histogram, legend
from accelgen.report.energy import technologies
from accelgen.report.front_charts import energy_front, size_front
from accelgen.report.model_facts import Facts, Mistake
from accelgen.report.page import Block, Page, Section, Table, Tile
from accelgen.report.sample import sample_picture
from accelgen.report.svg import number
from accelgen.report.task_section import task_section, task_tile
from accelgen.report.timeline import schedule, spikes, visits

__all__ = ["model_page"]

#: Parts of the energy, by the ends of the names of their figures.
PARTS = {
    "mac": "lanes",
    "control": "control",
    "clock": "clock",
    "wires": "wires",
    "memory": "memory accesses",
    "leakage_logic": "leakage of logic",
    "leakage_memory": "leakage of memory",
}


def model_page(facts: Facts) -> Page:
    """Return the page of a model."""
    network = facts.network
    sections = [_standing(facts), _network(facts), _values(facts), _energy(facts), _work(facts)]
    if facts.layer is not None and facts.block is not None:
        sections.append(_timeline(facts, facts.layer, facts.block))
    sections += [_spikes(facts)] if facts.spikes else []
    sections += [task_section(facts.measures, facts.images) if facts.measures else _mistakes(facts)]
    sections += [every_figure(facts.card)] if facts.card else []
    kind = "spiking network" if network.spiking else "dense network"
    summary = facts.card.summary + "." if facts.card else _sizes(facts)
    foot = f"Written by accelgen report {network.name}. Nothing on this page is loaded from elsewhere."
    return Page(network.name, f"accelgen, {kind}", summary, _tiles(facts), sections, foot)


def _sizes(facts: Facts) -> str:
    layers = facts.network.layers
    return "-".join(str(n) for n in [layers[0].inputs, *(layer.outputs for layer in layers)])


def _tiles(facts: Facts) -> list[Tile]:
    figures = facts.card.figures if facts.card else {}
    tiles = [
        task_tile(facts.measures, facts.images)
        if facts.measures
        else Tile(f"{facts.accuracy:.2%}", "accuracy", facts.images),
        Tile(f"{facts.network.compression:g}x", "compression", "of the blocks of hidden layers"),
        Tile(
            f"{facts.stored_bits['total']:,}", "stored bits", f"{facts.memory_ratio:.0f}x smaller than fp32"
        ),
    ]
    if cycles := figures.get("cycles_mean"):
        tiles.append(Tile(number(cycles.value), "cycles per image", _built(cycles)))
    if share := figures.get("utilisation"):
        tiles.append(Tile(f"{share.value:.1%}", "utilisation", "least possible cycles over measured ones"))
    for technology in technologies(facts.card)[:1] if facts.card else []:
        energy = figures[f"{technology}_energy"]
        tiles.append(
            Tile(f"{energy.value:.3g} nJ", "energy per image", energy.conditions.get("library", technology))
        )
    return tiles


def _built(figure: Figure) -> str:
    """Return the hardware that a figure of a card was measured of: today's may be another."""
    said = figure.conditions
    return said.get("form") or (f"{said['lanes']} lanes" if "lanes" in said else "")


def _standing(facts: Facts) -> Section:
    blocks = [
        Block(
            "Up and to the left is better. Crosses are what others published, on silicon of their own; the "
            "dashed line is the front of our models.",
            energy_front(facts.cards, facts.network.name),
        ),
        Block(
            "Every bit the hardware stores: codes, block index, biases, shifts.",
            size_front(facts.cards, facts.network.name, "stored_bits"),
        ),
        Block(
            "Generic gates and registers by Yosys, memories not included.",
            size_front(facts.cards, facts.network.name, "synth_generic_cells"),
        ),
    ]
    lead = "All models of these images that have a card; this one is in another colour."
    return Section("front", "Where it stands", lead, [block for block in blocks if block.picture])


def _network(facts: Facts) -> Section:
    parts = []
    for layer in facts.network.layers:
        weights = layer.weights
        window = f"window {layer.window.title}, " if layer.window else ""
        words = (
            f"{layer.inputs:,} to {layer.outputs:,}, {window}{weights.bits}-bit weights; "
            f"{weights.kept} of {weights.input_blocks} blocks of {weights.block_out} x {weights.block_in}"
        )
        title = f"{layer.name}: kept blocks"
        parts.append(_strip(layer.name, f"{words}: {weights.compression:g}x", blocks_kept(title, weights)))
    caption = (
        "A row for each block of outputs, a column for each block of inputs. What is not coloured is neither "
        "stored nor read; the darker, the larger the weights."
    )
    blocks = [Block(caption, "".join(parts), wide=True)]
    if picture := pixels_read(
        "share of the block rows that read each pixel", facts.network.layers[0].weights
    ):
        blocks.append(Block("How many block rows of the first layer read each pixel.", picture))
    rows = [
        [layer.name, *(f"{value:,}" for value in _bits(layer).values())] for layer in facts.network.layers
    ]
    heads = ["stored bits", *_bits(facts.network.layers[0])]
    total = ["all", *(f"{facts.stored_bits[kind]:,}" for kind in _bits(facts.network.layers[0]))]
    blocks.append(Block("What the hardware stores, in bits.", table=Table(heads, [*rows, total])))
    return Section("network", "The network and its blocks", "", blocks)


def _bits(layer) -> dict[str, int]:
    return layer_bits(layer)


def _values(facts: Facts) -> Section:
    weights, values = [], []
    unit = (
        "spikes of an input of the layer in one image" if facts.network.spiking else "value of an activation"
    )
    signs = facts.network.input_signs
    for layer, counts, signed in zip(facts.network.layers, facts.activations, signs, strict=True):
        codes, often = np.unique(layer.weights.codes, return_counts=True)
        chart = histogram(f"{layer.name}: weights", codes.tolist(), often.tolist(), "code of a weight")
        weights.append(f"<div><p>{escape(layer.name)}</p>{chart}</div>")
        least = -len(counts) // 2 if signed else 0
        worth = range(least, least + len(counts))
        chart = histogram(f"{layer.name}: what enters", worth, counts.tolist(), unit, "s2")
        values.append(f"<div><p>into {escape(layer.name)}</p>{chart}</div>")
    return Section(
        "values",
        "Weights and activations",
        "Zeros cost nothing: a zero activation takes neither a cycle nor a read of a weight.",
        [
            Block("Codes of the kept weights.", _small(weights), wide=True),
            Block(f"What enters each layer, over {facts.images}.", _small(values), wide=True),
        ],
    )


def _energy(facts: Facts) -> Section:
    blocks = []
    figures = facts.card.figures if facts.card else {}
    for technology in technologies(facts.card) if facts.card else []:
        whole = figures[f"{technology}_energy"]
        named = {part: figures.get(f"{technology}_energy_{part}") for part in PARTS}
        parts = [(PARTS[part], figure.value) for part, figure in named.items() if figure]
        rows = [
            [words, f"{value:.3f}", f"{value / whole.value:.1%}"]
            for words, value in sorted(parts, key=lambda part: -part[1])
        ]
        picture = bars(f"energy by component in {technology}", parts, "nJ") + legend(
            [(f"s{n % 8}", words) for n, (words, _) in enumerate(parts)]
        )
        said = ", ".join(f"{name} {value}" for name, value in whole.conditions.items())
        blocks.append(
            Block(
                f"{technology}: {whole.value:.3g} nJ an image. {said}.",
                picture,
                Table(["part", "nJ", "share"], rows),
            )
        )
    lead = "From the transitions of every net while real images run through the mapped netlist."
    if not blocks:
        lead = (
            "Not measured yet for this model: accelgen card "
            f"{facts.network.name} --technology NAME --liberty cells.lib --macros srams/ measures it."
        )
    return Section("energy", "Energy by component", lead, blocks)


def _work(facts: Facts) -> Section:
    if not facts.work:
        lead = "Unrolled: every weight has its own gates, and a layer takes one cycle; nothing is scheduled."
        return Section("cycles", "Cycles and utilisation", lead)
    heads = ["layer", "additions", "cycles with work", "if zeros were visited", "zeros save"]
    rows = []
    for layer, work in zip(facts.network.layers, facts.work, strict=True):
        saved = 1 - work.ideal_cycles / work.every_cycle
        rows.append(
            [
                layer.name,
                number(work.operations),
                number(work.ideal_cycles),
                number(work.every_cycle),
                f"{saved:.0%}",
            ]
        )
    blocks = [Block(f"Mean of an image, over {facts.images}; {facts.hardware}.", table=Table(heads, rows))]
    if facts.layer is not None and facts.block is not None:
        measured = []
        for n, layer in enumerate(facts.network.layers):
            own = facts.layer == n
            spent, worked = int(own.sum()), int((own & (facts.block >= 0)).sum())
            share = worked / spent if spent else 0.0
            bar = bars(f"{layer.name}: utilisation", [("works", worked), ("waits", spent - worked)], "cycles")
            measured.append([layer.name, f"{spent:,}", f"{worked:,}", f"{share:.1%}", Block(picture=bar)])
        caption = (
            "How many cycles each layer of the hardware took for the one image below, and in how many of "
            "them its lanes worked."
        )
        blocks.append(
            Block(caption, table=Table(["layer", "cycles", "with work", "utilisation", ""], measured))
        )
    return Section("cycles", "Cycles and utilisation", "", blocks)


def _timeline(facts: Facts, running: np.ndarray, reading: np.ndarray) -> Section:
    layers = facts.network.layers
    whole = schedule("which layer runs in each cycle", running, reading >= 0)
    key = legend([(f"s{n % 8}", layer.name) for n, layer in enumerate(layers)])
    total = len(running)
    parts = []
    for n, layer in enumerate(layers):
        own = running == n
        block = reading[own]
        kept = np.isin(np.arange(layer.weights.input_blocks), layer.weights.index)
        entered = len(np.unique(block[block >= 0]))
        words = f"{int(own.sum()):,} cycles; {entered} of {layer.weights.input_blocks} blocks are entered"
        title = f"{layer.name}: block read in each cycle"
        parts.append(
            _strip(layer.name, words, visits(title, block, kept, layer.weights.input_blocks, f"s{n % 8}"))
        )
    lead = (
        f"The first test image: {total:,} cycles from the start of the first layer to the last beat of the "
        "result, as the hardware itself runs them."
    )
    works = "Full colour: the lanes work. Pale: they wait, for the first sum or for the last result."
    walked = (
        "Cycles of a layer to the right, input blocks downwards. Each pass walks the kept blocks of its row; "
        "blocks of zeros are not entered, and grey ones are kept by no row."
    )
    blocks = [Block(works, whole + key, wide=True), Block(walked, "".join(parts), wide=True)]
    return Section("timeline", "One image through the engine", lead, blocks)


def _spikes(facts: Facts) -> Section:
    parts = []
    for n, (layer, fired) in enumerate(zip(facts.network.layers, facts.spikes, strict=True)):
        share = fired.mean()
        words = (
            f"{int(fired.sum()):,} events from {fired.shape[1]:,} inputs: {share:.1%} of them in a timestep"
        )
        title = f"spikes into {layer.name}"
        parts.append(_strip(f"into {layer.name}", words, spikes(title, fired, f"s{n % 8}")))
    steps = len(facts.spikes[0])
    caption = f"One test image. Timesteps 1 to {steps} to the right, inputs of the layer downwards."
    picture = f'<div class="columns">{"".join(parts)}</div>'
    return Section("spikes", "Spikes over time", "", [Block(caption, picture, wide=True)])


def _mistakes(facts: Facts) -> Section:
    classes = facts.classes
    wrong = facts.confusion.astype(float)
    np.fill_diagonal(wrong, np.nan)
    wrong[wrong == 0] = np.nan
    missed = int(facts.confusion.sum() - np.trace(facts.confusion))
    blocks = []
    if missed:
        table = heat("confusion matrix", wrong, classes, classes, "label", "class found", form="{:.0f}")
        blocks.append(Block("Images taken for another class; those that are right are left out.", table))
    recall = [
        [name, f"{int(row.sum()):,}", f"{int(row.sum() - row[n]):,}", f"{row[n] / max(row.sum(), 1):.2%}"]
        for n, (name, row) in enumerate(zip(classes, facts.confusion, strict=True))
    ]
    blocks.append(Block("By label.", table=Table(["class", "images", "wrong", "right"], recall)))
    if facts.mistakes:
        shown = "".join(_mistake(one, classes) for one in facts.mistakes)
        pictures = f'<div class="mistakes">{shown}</div>'
        blocks.append(Block("The first of them: label, and what it was taken for.", pictures, wide=True))
    lead = f"{missed:,} of {int(facts.confusion.sum()):,} images ({facts.images})."
    return Section("mistakes", "What it gets wrong", lead, blocks)


def _mistake(one: Mistake, classes: list[str]) -> str:
    label, found = classes[one.label], classes[one.found]
    height, width, channels = (*one.pixels.shape, 1)[:3]
    words = f"test image {one.number}: {label}, taken for {found}"
    picture = sample_picture(one.pixels, (height, width, channels), 0, 255, words)
    return f"<div>{picture}{escape(label)} as {escape(found)}</div>"


def _strip(name: str, words: str, picture: str) -> str:
    return f'<div class="layer"><p><b>{escape(name)}</b><span>{escape(words)}</span></p>{picture}</div>'


def _small(charts: list[str]) -> str:
    return f'<div class="small-charts">{"".join(charts)}</div>'
