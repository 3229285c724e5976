"""The C driver drives the simulated hardware: each access of the program is a line over a pipe."""

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from accelgen.golden.vectors import dense_vectors
from accelgen.network import Coding
from accelgen.network.file import digest
from accelgen.rtl.bus.c_driver import driver_header, driver_source
from accelgen.rtl.bus.c_header import c_header
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.top import BusTop
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from tests.bus_masters import MASTERS
from tests.stream_drivers import simulate
from tests.tiny_networks import random_images, small_network, tiny_network

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")

ACCESS = """
#include <stdint.h>
uint32_t pipe_read(uintptr_t address);
void pipe_write(uintptr_t address, uint32_t word);
#define SMALL_READ(base, offset) pipe_read((base) + (offset))
#define SMALL_WRITE(base, offset, word) pipe_write((base) + (offset), word)
#define SMALL_PATIENCE 200u
"""
PROGRAM = """
#include <stdio.h>
#include "small.h"

static unsigned long answer(void)
{
    char line[32];
    return fgets(line, sizeof line, stdin) ? strtoul(line, 0, 16) : 0;
}
uint32_t pipe_read(uintptr_t address)
{
    printf("R %lx\\n", (unsigned long)address);
    fflush(stdout);
    return (uint32_t)answer();
}
void pipe_write(uintptr_t address, uint32_t word)
{
    printf("W %lx %lx\\n", (unsigned long)address, (unsigned long)word);
    fflush(stdout);
    answer();
}

static const uint8_t images[][SMALL_PIXELS] = { @IMAGES@ };
#ifdef SMALL_TABLE
static const uint32_t tables[] = { @TABLES@ };
#endif

int main(void)
{
    uint32_t words[2 * SMALL_INPUT_WORDS_VALUE];
    int32_t scores[SMALL_CLASSES_VALUE], found;
    unsigned n, k;

    printf("= check %d\\n", small_check(0));
    printf("= elsewhere %d\\n", small_check(0x20));
    printf("= nothing %d\\n", (int)small_receive(0, scores));
#ifdef SMALL_TABLE
    printf("= short %d\\n", small_load(0, tables, SMALL_TABLE_WORDS_VALUE - 1));
    small_clear_errors(0, SMALL_ERRORS_LOAD);
    printf("= load %d\\n", small_load(0, tables, SMALL_TABLE_WORDS_VALUE));
#endif
    for (n = 0; n < sizeof images / sizeof images[0]; n++) {
        small_pack(images[n], words);
        found = small_classify(0, words, SMALL_INPUT_WORDS_VALUE, scores);
        printf("= image");
        for (k = 0; k < SMALL_CLASSES_VALUE; k++)
            printf(" %ld", (long)scores[k]);
        printf(" %ld\\n", (long)found);
        if (n == 0) {
            small_pack(images[n], words + SMALL_INPUT_WORDS_VALUE);
            found = small_classify(0, words, 2 * SMALL_INPUT_WORDS_VALUE, 0);
            printf("= refused %ld %lx\\n", (long)found, (unsigned long)small_errors(0));
            small_clear_errors(0, SMALL_ERRORS_LONG);
            small_send(0, words, SMALL_INPUT_WORDS_VALUE);
            while (!(SMALL_READ(0, SMALL_STATUS) & SMALL_STATUS_RESULT))
                ;
            found = small_classify(0, words, SMALL_INPUT_WORDS_VALUE, scores);
            printf("= busy %ld\\n", (long)found);
            printf("= late %ld\\n", (long)small_receive(0, scores));
        }
    }
    small_interrupts(0, SMALL_IRQ_ENABLE_RESULT | SMALL_IRQ_ENABLE_ERROR);
    small_reset(0);
    printf("= reset %lx\\n", (unsigned long)SMALL_READ(0, SMALL_IRQ_ENABLE));
    return 0;
}
"""


@pytest.mark.parametrize(
    ("bus", "weights", "options"),
    [("axi-lite", "ram", {}), ("wishbone", "rom", {}), ("axi-lite", "rom", {"unrolled": True})],
)
def test_the_driver_classifies_as_the_golden_model(bus, weights, options, tmp_path):
    network = small_network() if options else tiny_network(name="small")
    hardware = hardware_of(network, Datapath(**{"lanes": 4, "weights": weights} | options))
    stamp = digest(network)
    registers = register_map(hardware, stamp, bus)
    images = random_images(np.random.default_rng(7), 3, network.input.inputs)
    expected = dense_vectors(network, images, hardware.input.pixels_per_beat).expected.tolist()
    software = {
        "small.h": driver_header("small", registers, hardware.input),
        "small.c": driver_source("small", registers, hardware.input),
        "small_registers.h": c_header("small", registers, stamp),
    }
    program = compiled(tmp_path, software, hardware, images)
    said = played(program, BusTop(hardware, registers), bus)
    loaded = ["short -3", "load 0"] if weights == "ram" else []
    found = [f"image {' '.join(map(str, words))}" for words in expected]
    head = ["check 0", "elsewhere -2", "nothing -1", *loaded]
    assert said == [
        *head,
        found[0],
        "refused -3 2",
        "busy -4",
        f"late {expected[0][-1]}",
        *found[1:],
        "reset 0",
    ]


def compiled(folder, software, hardware, images):
    """Compile the driver and a program that calls it, and return what to run."""
    for name, text in software.items():
        (folder / name).write_text(text)
    rows = ["{ " + ", ".join(map(str, image)) + " }" for image in images.tolist()]
    tables = load_beats(hardware.tables) if hardware.loadable else []
    text = PROGRAM.replace("@IMAGES@", ", ".join(rows))
    text = text.replace("@TABLES@", ", ".join(f"0x{int(word):x}u" for word in tables))
    (folder / "main.c").write_text("#include <stdlib.h>\n" + text)
    (folder / "access.h").write_text(ACCESS)
    strict = ["-Wall", "-Wextra", "-Werror", "-std=c99", "-include", "access.h"]
    command = ["cc", *strict, "small.c", "main.c", "-o", "program"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "program"


def played(program, top, bus):
    """Run a program, make its accesses in the simulated hardware, and return what else it says."""
    said, master = [], MASTERS[bus](top)

    async def serve(ctx):
        with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
            for line in running.stdout:
                match line.split():
                    case ["R", address]:
                        word, refused = await master.read(ctx, int(address, 16))
                        assert not refused or int(address, 16) == 0x58, line
                        running.stdin.write(f"{word:x}\n")
                    case ["W", address, word]:
                        assert not await master.write(ctx, int(address, 16), int(word, 16)), line
                        running.stdin.write("\n")
                    case _:
                        said.append(line.removeprefix("= ").strip())
                        continue
                running.stdin.flush()
        assert running.returncode == 0

    simulate(top, serve, deadline=200_000)
    return said


@pytest.mark.parametrize("sign", [False, True])
@pytest.mark.parametrize("features", [1, 30])
def test_features_become_the_codes_of_the_network(features, sign, tmp_path):
    rng, network = np.random.default_rng(features), small_network()
    rule = Coding(tuple(rng.normal(size=features)), tuple(rng.random(features) / 60), sign)
    network = replace(network, input=replace(network.input, coding=rule))
    hardware, stamp = hardware_of(network, Datapath(lanes=4)), digest(network)
    registers = register_map(hardware, stamp, "axi-lite")
    x = np.concatenate([rng.normal(size=(20, 30)), np.full((1, 30), 1.7e308), np.full((1, 30), -1.7e308)])
    rows = ", ".join("{ " + ", ".join(map(repr, row)) + " }" for row in x.tolist())
    program = f"""
    #include <stdio.h>
    #include "small.h"
    static const double x[][30] = {{ {rows} }};
    int main(void)
    {{
        uint8_t pixels[30];
        unsigned n, k;
        for (n = 0; n < sizeof x / sizeof x[0]; n++)
            for (small_codes(x[n], pixels), k = 0; k < 30; k++)
                printf("%d\\n", pixels[k]);
        return 0;
    }}
    """
    files = {
        "small.h": driver_header("small", registers, hardware.input),
        "small.c": driver_source("small", registers, hardware.input),
        "small_registers.h": c_header("small", registers, stamp),
        "main.c": program,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    strict = ["-Wall", "-Wextra", "-Werror", "-std=c99"]
    subprocess.run(["cc", *strict, "small.c", "main.c", "-o", "program"], cwd=tmp_path, check=True)
    found = subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True).stdout.split()
    assert np.array(found, int).reshape(x.shape).tolist() == rule.raw(x).tolist()
    assert ("two's complement" in files["small.h"]) == sign
