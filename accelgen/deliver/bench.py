"""A self-checking bench in plain Verilog: it plays ten samples and compares every word with the golden model.

It is Verilog-2005, and runs in Icarus and in Verilator. Whatever drives the network is clocked, so no
simulator may take it otherwise; pauses are those of a shift register, always the same.
"""

from __future__ import annotations

import numpy as np

from accelgen.deliver.bench_bus import bus_body
from accelgen.deliver.bench_streams import stream_body
from accelgen.deliver.bench_text import filled
from accelgen.deliver.samples import Samples
from accelgen.deliver.stimuli import Stimuli, stimuli
from accelgen.network.network import Network
from accelgen.network.task import score_names
from accelgen.rtl.manifest import Manifest
from accelgen.rtl.words import BEAT_BITS

__all__ = ["bench_line", "bench_names", "bench_texts"]

HEADER = """\
// Bench of @NAME@: it plays @SAMPLES@ into it and compares every word that it answers.
//
// The samples are @ORIGIN@; the answers are those of the golden model
// for the network with the SHA-256
// @STAMP@.
//
// Run it in this folder, where its .hex files are, with Icarus or with Verilator 5:
//
//   in Icarus:     @LINE@
//   in Verilator:  verilator --binary --timing @NAME@_tb.v @NAME@.v && obj_dir/V@NAME@_tb
//
// It prints PASS, or FAIL and what was wrong first, and then the simulator ends with an error.
"""

MASK = (1 << BEAT_BITS) - 1


def bench_names(manifest: Manifest) -> dict[str, str]:
    """Return the names of the files of a bench, as the manifest has them."""
    name = manifest.name
    names = {
        "bench": f"{name}_tb.v",
        "bench_images": f"{name}_tb_images.hex",
        "bench_results": f"{name}_tb_results.hex",
    }
    return names | ({"bench_tables": f"{name}_tb_tables.hex"} if manifest.weights == "ram" else {})


def bench_line(name: str) -> str:
    """Return the line that runs the bench in Icarus, in the folder of the files."""
    return f"iverilog -g2005 -o {name}_tb {name}_tb.v {name}.v && vvp {name}_tb"


def bench_texts(
    manifest: Manifest, network: Network, load: np.ndarray | None = None, samples: Samples | None = None
) -> dict[str, str]:
    """Return the text of each file of a bench, by its name.

    Parameters
    ----------
    manifest : Manifest
        Of the hardware.
    network : Network
        What it runs.
    load : uint32[beats], optional
        The table frame, where tables are loaded.
    samples : Samples, optional
        Real samples; without them, samples are made up.
    """
    played = stimuli(network, manifest, samples)
    body = bus_body if manifest.bus else stream_body
    texts = {
        "bench": _header(manifest, played) + body(manifest, played.vectors, 0 if load is None else len(load)),
        "bench_images": _images(manifest, played),
        "bench_results": _results(manifest, played),
    }
    if load is not None:
        texts["bench_tables"] = "// The table frame, a word a line.\n" + _lines(load.tolist(), BEAT_BITS)
    return {bench_names(manifest)[kind]: text for kind, text in texts.items()}


def _header(manifest: Manifest, played: Stimuli) -> str:
    """Return the comment at the top."""
    what = "samples of events" if manifest.stream == "events" else "images"
    parts = {
        "NAME": manifest.name,
        "SAMPLES": f"{len(played.vectors)} {what}",
        "ORIGIN": played.origin,
        "STAMP": manifest.network_sha256,
        "LINE": bench_line(manifest.name),
    }
    return filled(HEADER, parts)


def _images(manifest: Manifest, played: Stimuli) -> str:
    """Return the frames: of streams a beat a line, its last with a one above it; of a bus a word a line."""
    width = manifest.input.width
    if manifest.bus:
        parts = -(-width // BEAT_BITS)
        frames = [
            [beat >> BEAT_BITS * part & MASK for beat in frame for part in range(parts)]
            for frame in played.vectors.frames()
        ]
        unit, width = "A word", BEAT_BITS
    else:
        frames, unit = played.vectors.frames(), "A beat"
    marked = [
        [word | (number == len(frame) - 1) << width for number, word in enumerate(frame)] for frame in frames
    ]
    return f"// {unit} a line; the last of an image has a one above it.\n" + _each(marked, width + 1, played)


def _results(manifest: Manifest, played: Stimuli) -> str:
    """Return the words of all results."""
    words = [[int(word) & MASK for word in result] for result in played.vectors.expected]
    told = score_names(manifest.task)
    return f"// {told[0].upper()}{told[1:]}, a word a line.\n" + _each(words, BEAT_BITS, played)


def _each(frames: list[list[int]], width: int, played: Stimuli) -> str:
    """Return the lines of frames, each under a comment."""
    text = []
    for number, frame in enumerate(frames):
        label = "" if played.labels is None else f", of class {played.labels[number]}"
        text.append(f"// image {number}{label}\n" + _lines(frame, width))
    return "".join(text)


def _lines(words: list[int], width: int) -> str:
    return "".join(f"{word:0{-(-width // 4)}x}\n" for word in words)
