"""A driver in C: freestanding C99, no allocation, no state of its own."""

from __future__ import annotations

from accelgen.network.coding import Coding
from accelgen.network.task import Task
from accelgen.rtl.bus.c_header import prefix
from accelgen.rtl.bus.registers import RegisterMap
from accelgen.rtl.hardware import EventWords, PixelBeats

__all__ = ["driver_header", "driver_source"]

HEADER = """/* A driver for @NAME@ behind a bus: freestanding C99, no allocation, no state of its own.
 * Written by accelgen. `base` is the address of the first register. */
#ifndef @PREFIX@_H
#define @PREFIX@_H

#include <stdint.h>

#include "@NAME@_registers.h"

/* How a register is reached; define both to reach it in another way. */
#ifndef @PREFIX@_READ
#define @PREFIX@_READ(base, offset) (*(volatile uint32_t *)((base) + (offset)))
#define @PREFIX@_WRITE(base, offset, word) (*(volatile uint32_t *)((base) + (offset)) = (word))
#endif

/* How often a register is looked at before a function gives up. */
#ifndef @PREFIX@_PATIENCE
#define @PREFIX@_PATIENCE 1000000u
#endif

/* What functions return that do not return @KIND@. */
#define @PREFIX@_DONE 0
#define @PREFIX@_TIMEOUT (-1) /* nothing came, or there was no room, for @PREFIX@_PATIENCE looks */
#define @PREFIX@_OTHER (-2)   /* another device, another register map or another network */
#define @PREFIX@_REFUSED (-3) /* a frame was refused: see @NAME@_errors */
#define @PREFIX@_BUSY (-4)    /* a result of an earlier frame waits: receive it first */

/* Say whether this very network is at `base`. */
int @NAME@_check(uintptr_t base);

/* Reset the network, its queues and its registers@RESET@. */
void @NAME@_reset(uintptr_t base);

/* Return the errors since they were cleared (@PREFIX@_ERRORS_...), and clear some of them. */
uint32_t @NAME@_errors(uintptr_t base);
void @NAME@_clear_errors(uintptr_t base, uint32_t errors);

/* Choose what raises the interrupt (@PREFIX@_IRQ_ENABLE_...). Reading a result lowers that of a result. */
void @NAME@_interrupts(uintptr_t base, uint32_t enable);

@LOAD@/* Send a frame of input words. */
int @NAME@_send(uintptr_t base, const uint32_t *words, uint32_t count);

/* Wait for a result, or for an error that has not been cleared; @RECEIVED@ */
int32_t @NAME@_receive(uintptr_t base, int32_t scores[@PREFIX@_CLASSES_VALUE]);

/* Send a frame and wait for its result; errors from before are cleared. After @PREFIX@_TIMEOUT the network
 * may still be at work: reset it, or the answer to this frame would be taken for that to the next. */
int32_t @NAME@_classify(uintptr_t base, const uint32_t *words, uint32_t count, int32_t *scores);
@PIXELS@
#endif
"""

LOAD_HEADER = """/* Load the tables: the words of weights.bin. */
int @NAME@_load(uintptr_t base, const uint32_t *words, uint32_t count);

"""

PIXELS_HEADER = """
/* An image: @WHAT@, of which the upper @BITS@ count. */
#define @PREFIX@_PIXELS @PIXEL_COUNT@u

/* Pack an image into the words of a frame. */
void @NAME@_pack(const uint8_t pixels[@PREFIX@_PIXELS], uint32_t words[@PREFIX@_INPUT_WORDS_VALUE]);
"""

CODES_HEADER = """
/* Make pixels of the features of a sample, in the units that were learned, with doubles of 64 bits. What is
 * no number becomes the least code. */
void @NAME@_codes(const double features[@PREFIX@_PIXELS], uint8_t pixels[@PREFIX@_PIXELS]);
"""

SOURCE = """/* See @NAME@.h. Written by accelgen. */
#include "@NAME@.h"

#define READ(name) @PREFIX@_READ(base, @PREFIX@_##name)
#define WRITE(name, word) @PREFIX@_WRITE(base, @PREFIX@_##name, word)

int @NAME@_check(uintptr_t base)
{
    static const uint32_t digest[8] = {
        @DIGEST@
    };
    uint32_t n;

    if (READ(ID) != @PREFIX@_ID_VALUE || READ(VERSION) >> 8 != @PREFIX@_VERSION_VALUE >> 8
        || READ(FEATURES) != @PREFIX@_FEATURES_VALUE)
        return @PREFIX@_OTHER;
    for (n = 0; n < 8; n++)
        if (@PREFIX@_READ(base, @PREFIX@_DIGEST0 + 4 * n) != digest[n])
            return @PREFIX@_OTHER;
    return @PREFIX@_DONE;
}

void @NAME@_reset(uintptr_t base)
{
    WRITE(CONTROL, @PREFIX@_CONTROL_RESET);
}

uint32_t @NAME@_errors(uintptr_t base)
{
    return READ(ERRORS);
}

void @NAME@_clear_errors(uintptr_t base, uint32_t errors)
{
    WRITE(ERRORS, errors);
}

void @NAME@_interrupts(uintptr_t base, uint32_t enable)
{
    WRITE(IRQ_ENABLE, enable);
}

/* Write a frame into a queue, as much at a time as it has room for. */
static int put(uintptr_t base, uint32_t at, uint32_t last_at, uint32_t room_at, const uint32_t *words,
               uint32_t count)
{
    uint32_t room = 0, looks;

    while (count) {
        for (looks = @PREFIX@_PATIENCE; !room; looks--) {
            if (!looks)
                return @PREFIX@_TIMEOUT;
            room = @PREFIX@_READ(base, room_at);
        }
        room--;
        count--;
        @PREFIX@_WRITE(base, count ? at : last_at, *words);
        words++;
    }
    return @PREFIX@_DONE;
}
@LOAD@
int @NAME@_send(uintptr_t base, const uint32_t *words, uint32_t count)
{
    return put(base, @PREFIX@_INPUT, @PREFIX@_INPUT_LAST, @PREFIX@_INPUT_ROOM, words, count);
}

int32_t @NAME@_receive(uintptr_t base, int32_t scores[@PREFIX@_CLASSES_VALUE])
{
    uint32_t looks, status, word, n;

    for (looks = @PREFIX@_PATIENCE; looks; looks--) {
        status = READ(STATUS);
        if (status & @PREFIX@_STATUS_RESULT) {
            for (n = 0; n < @PREFIX@_CLASSES_VALUE; n++) {
                word = READ(RESULT);
                if (scores)
                    scores[n] = word < 0x80000000u ? (int32_t)word : -(int32_t)~word - 1;
            }
            return @ANSWER@;
        }
        if (status & @PREFIX@_STATUS_ERROR)
            return @PREFIX@_REFUSED;
    }
    return @PREFIX@_TIMEOUT;
}

int32_t @NAME@_classify(uintptr_t base, const uint32_t *words, uint32_t count, int32_t *scores)
{
    int sent;

    if (READ(RESULT_LEVEL))
        return @PREFIX@_BUSY;
    @NAME@_clear_errors(base, @ERRORS@u);
    sent = @NAME@_send(base, words, count);
    return sent == @PREFIX@_DONE ? @NAME@_receive(base, scores) : sent;
}
@PIXELS@"""

LOAD_SOURCE = """
int @NAME@_load(uintptr_t base, const uint32_t *words, uint32_t count)
{
    uint32_t looks, status;
    int sent;

    sent = put(base, @PREFIX@_TABLE, @PREFIX@_TABLE_LAST, @PREFIX@_TABLE_ROOM, words, count);

    if (sent != @PREFIX@_DONE)
        return sent;
    for (looks = @PREFIX@_PATIENCE; looks; looks--) {
        status = READ(STATUS);
        if (!(status & @PREFIX@_STATUS_LOADING))
            return status & @PREFIX@_STATUS_READY ? @PREFIX@_DONE : @PREFIX@_REFUSED;
    }
    return @PREFIX@_TIMEOUT;
}
"""

PIXELS_SOURCE = """
void @NAME@_pack(const uint8_t pixels[@PREFIX@_PIXELS], uint32_t words[@PREFIX@_INPUT_WORDS_VALUE])
{
    uint32_t n, bit, place;

    for (n = 0; n < @PREFIX@_INPUT_WORDS_VALUE; n++)
        words[n] = 0;
    for (n = 0; n < @PREFIX@_PIXELS; n++)
        for (bit = 0; bit < @BITS@u; bit++) {
            /* A beat begins with a word of its own. */
            place = n % @EACH@u * @BITS@u + bit + n / @EACH@u * @BEAT@u;
            words[place / 32u] |= (uint32_t)(pixels[n] >> (8u - @BITS@u + bit) & 1u) << place % 32u;
        }
}
"""


CODES_SOURCE = """
void @NAME@_codes(const double features[@PREFIX@_PIXELS], uint8_t pixels[@PREFIX@_PIXELS])
{
    static const double offset[] = {
        @OFFSET@
    };
    static const double scale[] = {
        @SCALE@
    };
    uint32_t n;

    for (n = 0; n < @PREFIX@_PIXELS; n++) {
        double step = (features[n] - offset[@FEATURE@]) / scale[@FEATURE@];
        int code = @LEAST@;

        if (step >= @MOST@.0)
            code = @MOST@;
        else if (step > @LEAST@.0) {
            code = (int)step;
            code -= code > step; /* down, also below zero */
        }
        pixels[n] = (uint8_t)code;
    }
}
"""


#: How a function answers whose result ends with a class, with a decision, or with a score.
RECEIVED = {
    "a class": (
        "return the last word of the result, which has\n"
        " * the class, and the scores too if `scores` is not 0.",
        "(int32_t)READ(RESULT)",
    ),
    "a decision": (
        "return 1 if the score is at least the\n"
        " * threshold, else 0, and the score too if `scores` is not 0.",
        "(int32_t)READ(RESULT)",
    ),
    "scores": ("return @PREFIX@_DONE, and the\n * scores if `scores` is not 0.", "@PREFIX@_DONE"),
}


def driver_header(
    name: str, registers: RegisterMap, entering: PixelBeats | EventWords, task: Task | None = None
) -> str:
    """Return ``<name>.h``; see `driver_source`."""
    return _filled(HEADER, LOAD_HEADER, PIXELS_HEADER, CODES_HEADER, name, registers, entering, task)


def driver_source(
    name: str, registers: RegisterMap, entering: PixelBeats | EventWords, task: Task | None = None
) -> str:
    """Return ``<name>.c``.

    Parameters
    ----------
    name : str
        Of the network; the functions begin with it.
    registers : RegisterMap
        What there is.
    entering : PixelBeats or EventWords
        How input enters: pixels can be packed.
    task : Task, optional
        What the scores stand for; without one they are those of classes.
    """
    return _filled(SOURCE, LOAD_SOURCE, PIXELS_SOURCE, CODES_SOURCE, name, registers, entering, task)


def _filled(
    text: str,
    load: str,
    pixels: str,
    codes: str,
    name: str,
    registers: RegisterMap,
    entering: PixelBeats | EventWords,
    task: Task | None,
) -> str:
    """Return a text with the parts that the hardware has, and with its numbers and names."""
    has_tables, has_pixels = "TABLE" in registers, isinstance(entering, PixelBeats)
    start = prefix(name)
    errors = sum(((1 << field.width) - 1) << field.low for field in registers["ERRORS"].fields)
    kind = "a class" if task is None else "a decision" if task.kind == "threshold" else "scores"
    received, answer = RECEIVED[kind]
    if isinstance(entering, PixelBeats) and entering.coding:
        pixels += codes
    parts: dict[str, object] = {
        "RECEIVED": received,
        "ANSWER": answer,
        "KIND": kind,
        "ERRORS": hex(errors),
        "LOAD": load if has_tables else "",
        "PIXELS": pixels if has_pixels else "",
        "RESET": "; the tables have to be loaded again" if has_tables else "",
        "DIGEST": ",\n        ".join(
            ", ".join(f"{start}_DIGEST{n}_VALUE" for n in range(first, first + 2)) for first in range(0, 8, 2)
        ),
    }
    if isinstance(entering, PixelBeats):
        beat = -(-entering.width // registers.data_bits) * registers.data_bits
        parts |= {"BITS": entering.pixel_bits, "PIXEL_COUNT": entering.pixels}
        parts |= {"EACH": entering.pixels_per_beat, "BEAT": beat}
        parts |= {"WHAT": "codes of 8 bits in two's complement" if entering.signed else "pixels of 8 bits"}
        parts |= _code_facts(entering.coding) if entering.coding else {}
    parts |= {"NAME": name, "PREFIX": start}
    for mark, value in parts.items():
        text = text.replace(f"@{mark}@", str(value))
    return text


def _code_facts(coding: Coding) -> dict[str, object]:
    """Return what stands in the function that makes codes of features."""
    least, most = coding.ends
    return {
        "OFFSET": ",\n        ".join(map(repr, coding.offset)),
        "SCALE": ",\n        ".join(map(repr, coding.scale)),
        "FEATURE": "0" if len(coding.scale) == 1 else "n",
        "LEAST": least,
        "MOST": most,
    }
