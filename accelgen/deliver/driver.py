"""A driver in plain Python, ``<name>.py``: samples into the words of the streams, and results out of them.

It stands alone: it needs Python 3.8 and no package, and knows this one network.
"""

from __future__ import annotations

import keyword
import sys

from accelgen.deliver.bench_text import filled
from accelgen.deliver.driver_bus import device, register_lines
from accelgen.network.coding import Coding
from accelgen.network.network import Network
from accelgen.network.task import Task
from accelgen.rtl.hardware import EventWords, PixelBeats
from accelgen.rtl.manifest import Manifest
from accelgen.rtl.words import BEAT_BITS

__all__ = ["driver", "driver_name"]

HEADER = '''\
"""Drive @NAME@: samples become the beats of its input, and the words of a result @WHAT@.

Written by accelgen for the network with the SHA-256
@STAMP@.
Plain Python 3, without packages: copy it to wherever it is needed.
"""

from collections import namedtuple
from operator import index  # an integer of any kind, and no fraction
from pathlib import Path

'''

PIXELS = '''

def pack(pixels):
    """Return the beats of an image; the last goes with tlast.

    pixels: @PIXELS@ integers of 0 to 255, row by row, of which the upper PIXEL_BITS bits count.
    """
    pixels = [index(pixel) for pixel in pixels]
    if len(pixels) != PIXELS or min(pixels) < 0 or max(pixels) > 255:
        raise ValueError(f"an image is {PIXELS} integers of 0 to 255")
    beats = []
    for start in range(0, PIXELS, PIXELS_PER_BEAT):
        beat = 0
        for place, pixel in enumerate(pixels[start : start + PIXELS_PER_BEAT]):
            beat |= pixel >> (8 - PIXEL_BITS) << place * PIXEL_BITS
        beats.append(beat)
    return beats
'''

SIGNED = '''

def pack(codes):
    """Return the beats of a sample; the last goes with tlast.

    codes: @PIXELS@ integers of -128 to 127, of which the upper PIXEL_BITS bits count.
    """
    codes = [index(code) for code in codes]
    if len(codes) != PIXELS or min(codes) < -128 or max(codes) > 127:
        raise ValueError(f"a sample is {PIXELS} integers of -128 to 127")
    beats = []
    for start in range(0, PIXELS, PIXELS_PER_BEAT):
        beat = 0
        for place, code in enumerate(codes[start : start + PIXELS_PER_BEAT]):
            beat |= (code & 255) >> (8 - PIXEL_BITS) << place * PIXEL_BITS
        beats.append(beat)
    return beats
'''

CODES = '''

def codes(features):
    """Return what pack takes of the @PIXELS@ features of a sample, in the units that were learned."""
    features = [float(x) for x in features]
    if len(features) != PIXELS or not all(map(isfinite, features)):
        raise ValueError(f"a sample is {PIXELS} finite numbers")
    steps = [(x - CODE_OFFSET[@FEATURE@]) / CODE_SCALE[@FEATURE@] for n, x in enumerate(features)]
    return [floor(min(max(step, @LEAST@), @MOST@)) for step in steps]
'''

EVENTS = '''

def pack(timesteps):
    """Return the beats of a sample; the last goes with tlast.

    timesteps: for each of 1 to @TIMESTEPS@ timesteps the addresses at which there is an event, in any order.
    An address is @ADDRESS@.
    """
    timesteps = [sorted({index(address) for address in addresses}) for addresses in timesteps]
    if not 1 <= len(timesteps) <= @TIMESTEPS@:
        raise ValueError("a sample has 1 to @TIMESTEPS@ timesteps")
    beats = []
    for addresses in timesteps:
        if addresses and not 0 <= addresses[0] <= addresses[-1] < ADDRESSES:
            raise ValueError(f"an address is an integer of 0 to {ADDRESSES - 1}")
        for address in addresses:
            block, position = divmod(address, BLOCK)
            beats.append(block << POSITION_BITS | position)
        beats.append(END_OF_TIMESTEP)
    return beats
'''

ANSWER = '''

def words_of(beats):
    """Return beats as words of 32 bits, low words first, @WORDS@ a beat."""
    return [beat >> 32 * part & 0xFFFFFFFF for beat in beats for part in range(@PARTS@)]


def bytes_of(beats):
    """Return beats as bytes, low bytes first, @BYTES@ a beat: what a DMA sends over s_axis."""
    return b"".join(beat.to_bytes(@BYTES@, "little") for beat in beats)


def unpack(words):
    """Return the Result of a frame of @RESULTS@ words of 32 bits, signed or not."""
    words = [index(word) & 0xFFFFFFFF for word in words]
    if len(words) != @RESULTS@:
        raise ValueError(f"a result is {@RESULTS@} words, not {len(words)}")
    scores = tuple(word - (word >> 31 << 32) for word in words[:CLASSES])
    return Result(scores, @ANSWER@)
'''

SIDE_BY_SIDE = '''

def words_of_result(beat):
    """Return the words of a beat of m_axis, in which a whole result lies, its first word in the low bits."""
    return [beat >> 32 * place & 0xFFFFFFFF for place in range(@RESULTS@)]
'''

TABLES = '''

def tables(path="weights.bin"):
    """Return the words of the table frame, which is loaded before the first image."""
    data = Path(path).read_bytes()
    if len(data) != 4 * TABLE_WORDS:
        raise ValueError(f"{path} has {len(data)} bytes, and the tables of @NAME@ have {4 * TABLE_WORDS}")
    return [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
'''


def driver_name(manifest: Manifest) -> str:
    """Return the name of the file of a driver: that of the design, or with an underscore behind it.

    A word of Python cannot be imported, and a module of its library would be hidden from all that needs it.
    """
    taken = manifest.name in keyword.kwlist or manifest.name in sys.stdlib_module_names
    return f"{manifest.name}{'_' * taken}.py"


def driver(manifest: Manifest, network: Network) -> str:
    """Return the text of a driver.

    Parameters
    ----------
    manifest : Manifest
        Of the hardware.
    network : Network
        What it runs.
    """
    entering, spiking = manifest.input, manifest.kind == "spiking"
    loads = manifest.weights == "ram"
    constants = _input_facts(entering) | {"BEAT_BITS": entering.width, "CLASSES": manifest.classes}
    constants |= _task_facts(manifest.task)
    if loads:
        constants["TABLE_WORDS"] = _table_words(manifest)
    fields, answer, what = _answers(manifest)
    coding = entering.coding if isinstance(entering, PixelBeats) else None
    text = HEADER if loads else HEADER.replace("from pathlib import Path\n", "")
    if coding:
        text = text.replace("from operator", "from math import floor, isfinite\nfrom operator")
        constants |= {"CODE_OFFSET": f"{coding.offset}  # of features, see codes"}
        constants |= {"CODE_SCALE": f"{coding.scale}"}
    text += "".join(f"{name} = {value}\n" for name, value in constants.items())
    text += register_lines(manifest.bus) if manifest.bus else ""
    text += f"\n#: What is answered{', after so many timesteps' if spiking else ''}.\n"
    text += f'Result = namedtuple("Result", "{fields}")\n'
    text += CODES if coding else ""
    text += _packing(entering) + ANSWER
    text += SIDE_BY_SIDE if manifest.interval else ""
    text += TABLES if loads else ""
    text += device(manifest) if manifest.bus else ""
    parts = {
        "NAME": manifest.name,
        "STAMP": manifest.network_sha256,
        "PIXELS": entering.pixels if isinstance(entering, PixelBeats) else 0,
        "TIMESTEPS": manifest.timesteps_max,
        "ADDRESS": _address(network),
        "WORDS": "one" if (parts_of_beat := -(-entering.width // BEAT_BITS)) == 1 else parts_of_beat,
        "PARTS": parts_of_beat,
        "BYTES": entering.width // 8,
        "ANSWER": answer,
        "WHAT": what,
        **_code_facts(coding),
        "RESULTS": "CLASSES" if manifest.results == manifest.classes else "CLASSES + 1",
    }
    return filled(text, parts)


def _packing(entering: PixelBeats | EventWords) -> str:
    """Return the function that packs a sample."""
    if isinstance(entering, EventWords):
        return EVENTS
    return SIGNED if entering.signed else PIXELS


def _code_facts(coding: Coding | None) -> dict[str, object]:
    """Return what stands in the function that makes codes of features."""
    if coding is None:
        return {}
    least, most = coding.ends
    return {"FEATURE": 0 if len(coding.scale) == 1 else "n", "LEAST": least, "MOST": most}


def _answers(manifest: Manifest) -> tuple[str, str, str]:
    """Return the fields of a result, how they are made of its words, and what that is in words."""
    task = manifest.task
    if task is None and manifest.kind == "spiking":
        return "scores label timesteps", "words[-1] & 0xFFFF, words[-1] >> 16", "a class"
    if task is None:
        return "scores label", "words[-1]", "a class"
    if task.kind == "threshold":
        return "scores yes", "words[-1] == 1", "yes or no"
    if task.kind == "labels":
        decided = "tuple(score >= least for score, least in zip(scores, THRESHOLDS))"
        return "scores labels", decided, "labels"
    place = "0" if len(task.scale) == 1 else "n"
    numbers = f"tuple(OFFSET[{place}] + SCALE[{place}] * score for n, score in enumerate(scores))"
    return "scores values", numbers, "numbers"


def _task_facts(task: Task | None) -> dict[str, object]:
    """Return the constants of what scores stand for."""
    if task is None:
        return {}
    if task.decides:
        return {"THRESHOLDS": f"{task.thresholds}  # least score of yes"}
    return {
        "OFFSET": f"{task.offset}  # what a score of 0 stands for",
        "SCALE": f"{task.scale}  # and a step",
    }


def _input_facts(entering: PixelBeats | EventWords) -> dict[str, object]:
    """Return the constants of an input."""
    if isinstance(entering, PixelBeats):
        return {
            "PIXELS": entering.pixels,
            "PIXEL_BITS": entering.pixel_bits,
            "PIXELS_PER_BEAT": entering.pixels_per_beat,
        }
    return {
        "ADDRESSES": entering.inputs,
        "BLOCK": f"{entering.block}  # addresses",
        "POSITION_BITS": entering.position_bits,
        "END_OF_TIMESTEP": "1 << 31",
    }


def _table_words(manifest: Manifest) -> int:
    """Return the words of a table frame."""
    held = [memory for memory in manifest.memories if memory.role == "table"]
    return sum(memory.depth * -(-memory.width // BEAT_BITS) for memory in held)


def _address(network: Network) -> str:
    """Return what an address is, in words."""
    if network.input.takes == "events":
        return "(polarity * height + y) * width + x"
    return "the number of a pixel, row by row"
