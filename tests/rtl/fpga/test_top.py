import random

import numpy as np
import pytest

from accelgen.link import Packet, Request, Status
from tests.component_bench import check
from tests.naive import naive_scores, naive_spiking
from tests.tiny_networks import random_images, small_network, spiking_network
from tests.uart_host import Break, Silence, answers, converse, image_requests, linked


@pytest.mark.parametrize("margin", [0, 3])
def test_a_spiking_network_takes_timesteps_and_margin_with_each_image(margin):
    network = spiking_network()
    device = linked(network, lanes=4, early_stop=True)
    images = random_images(np.random.default_rng(3), 2, 30)
    found = answers(converse(device, image_requests(device, images, timesteps=4, margin=margin)), 5)
    for number, spikes in enumerate(network.input.spikes(images, 4), 1):
        every = naive_spiking(network, spikes.tolist())
        leads = [sorted(scores)[-1] - sorted(scores)[-2] for scores in every]
        used = next((n for n, lead in enumerate(leads, 1) if margin and lead >= margin), 4)
        scores = every[used - 1]
        assert (list(found[number].scores), found[number].timesteps) == (scores, used)
        assert found[number].label == int(np.argmax(scores))


def test_unrolled_hardware_answers_too():
    network = small_network()
    device = linked(network, unrolled=True)
    images = random_images(np.random.default_rng(3), 3, 30)
    found = answers(converse(device, image_requests(device, images)), 5)
    assert [list(found[n].scores) for n in (1, 2, 3)] == [naive_scores(network, image) for image in images]


@pytest.mark.parametrize("timesteps", [1, 4])
def test_unrolled_hardware_that_spikes_answers_too(timesteps):
    network = spiking_network(readout="count")
    device = linked(network, unrolled=True)
    images = random_images(np.random.default_rng(3), 2, 30)
    found = answers(converse(device, image_requests(device, images, timesteps=timesteps)), 5)
    for number, spikes in enumerate(network.input.spikes(images, timesteps), 1):
        scores = naive_spiking(network, spikes.tolist())[-1]
        assert (list(found[number].scores), found[number].timesteps) == (scores, timesteps)


def flipped(line: bytes, dice) -> list:
    broken = bytearray(line)
    for _ in range(dice.randrange(1, 4)):
        broken[dice.randrange(3, len(broken))] ^= 1 << dice.randrange(8)
    return [bytes(broken)]


def dropped(line: bytes, dice) -> list:
    at = dice.randrange(len(line))
    return [line[:at] + line[at + 1 :]]


def doubled(line: bytes, dice) -> list:
    at = dice.randrange(len(line))
    return [line[: at + 1] + line[at:]]


def truncated(line: bytes, dice) -> list:
    return [line[: dice.randrange(1, len(line))]]


def interrupted(line: bytes, dice) -> list:
    at = dice.randrange(1, len(line))
    return [line[:at], Break(), line[at:]]


def interleaved(line: bytes, dice) -> list:
    at = dice.randrange(1, len(line))
    return [line[:at] + line + line[at:]]


def garbage(line: bytes, dice) -> list:
    return [bytes(dice.choice([0xA5, 0, 1, 20, 3, 255]) for _ in range(30))]


def flood(line: bytes, dice) -> list:
    return [line * 3]


FAULTS = [flipped, dropped, doubled, truncated, interrupted, interleaved, garbage, flood]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_no_fault_on_the_line_gives_a_wrong_class_and_the_next_image_is_answered(fault, seed):
    network = small_network()
    device = linked(network, lanes=4)
    dice = random.Random(f"{fault.__name__} {seed}")
    images = random_images(np.random.default_rng(seed), 4, 30)
    requests = image_requests(device, images)
    sent = []
    for number, request in enumerate(requests):
        # Images 1 and 3 (from 0) meet the fault; the others must be answered.
        sent += [*fault(request.encode(), dice), Silence(4000)] if number % 2 else [request]
    last = Packet(Request.CLASSIFY, 77, requests[0].payload)
    found = answers(converse(device, [*sent, last]), 5)
    right = {n: naive_scores(network, image) for n, image in enumerate(images, 1)}
    right[77] = right[1]
    assert {1, 3, 77} <= set(found)
    for number, answer in found.items():
        assert list(answer.scores) == right[number] and answer.label == int(np.argmax(right[number]))


def test_what_was_dropped_is_told():
    device = linked(small_network(), lanes=4)
    line = Packet(Request.STATUS, 1).encode()
    wrong = line[:-1] + bytes([line[-1] ^ 1])
    rest = Silence(4000)  # for a refusal, and for the gap
    sent = [wrong, rest, line[:3], rest, b"\x00\x01", Packet(Request.STATUS, 2)]
    status = Status.parse(converse(device, sent)[-1].payload)
    assert (status.crc_errors, status.given_up, status.garbage, status.packets) == (1, 1, 2, 0)


def test_verilog_answers_over_its_pins(tmp_path):
    network = small_network()
    device = linked(network, lanes=4)
    images = random_images(np.random.default_rng(5), 2, 30)
    requests = image_requests(device, images)
    check(
        device,
        tmp_path,
        bench="bench_link",
        divisor=device.link.divisor,
        gap=device.link.silence,
        requests=[request.encode().hex() for request in requests],
        sequences=[request.sequence for request in requests],
        scores=[naive_scores(network, image) for image in images],
    )
