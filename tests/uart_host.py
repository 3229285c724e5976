"""A host on two wires of a simulated device: requests go in bit by bit, answers are read bit by bit."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from accelgen.link import Answer, Decoder, Packet, Request, Version
from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop
from accelgen.rtl.hardware import hardware_of
from tests.stream_drivers import frames, simulate

DIVISOR = 4
GAP = 30 * DIVISOR


@dataclass
class Break:
    """The wire is low for so many bits."""

    bits: int = 15


@dataclass
class Silence:
    """The wire rests for so many cycles."""

    cycles: int = 2 * GAP


def linked(network, **options) -> LinkTop:
    """Return a network behind two wires, at a short divisor."""
    hardware = hardware_of(network, Datapath(**options))
    link = LinkPlan(hardware, digest(network), clock_hz=1000 * DIVISOR, baud=1000, gap=GAP)
    return LinkTop(link)


def image_request(beats, beat_bytes: int, sequence: int, timesteps: int = 1, margin: int = 0) -> Packet:
    """Return the request that classifies an image."""
    pixels = b"".join(int(beat).to_bytes(beat_bytes, "little") for beat in beats)
    options = struct.pack("<I", timesteps - 1 | margin << 8)
    return Packet(Request.CLASSIFY, sequence, options + pixels)


def answers(packets: list[Packet], classes: int) -> dict[int, Answer]:
    """Return what a device with classes has said of images, by sequence number."""
    version = Version.parse(struct.pack("<4B2HI", 1, classes, 1, 0, 1, 64, 1) + bytes(12))
    said = [packet for packet in packets if packet.kind == Request.CLASSIFY | 0x80]
    return {packet.sequence: Answer.parse(packet.payload, version) for packet in said}


def image_requests(device, images, **options) -> list[Packet]:
    """Return the requests for raw images, with sequence numbers from 1 on."""
    beats = frames(device.link.plan.network, device.link.plan, images)
    return [image_request(frame, device.link.beat_bytes, n, **options) for n, frame in enumerate(beats, 1)]


async def put_bits(ctx, wire, bits, divisor=DIVISOR) -> None:
    """Put bits on a wire, the first first."""
    for bit in bits:
        ctx.set(wire, bit)
        await ctx.tick().repeat(divisor)


async def put_byte(ctx, wire, byte: int, divisor=DIVISOR) -> None:
    """Put a byte on a wire, with its start and stop bits."""
    await put_bits(ctx, wire, [0, *(byte >> n & 1 for n in range(8)), 1], divisor)


async def get_byte(ctx, wire, divisor=DIVISOR) -> int:
    """Return the next byte of a wire that rests high."""
    await ctx.tick().until(~wire)
    await ctx.tick().repeat(divisor + divisor // 2 - 1)
    byte = 0
    for n in range(8):
        byte |= ctx.get(wire) << n
        await ctx.tick().repeat(divisor)
    if not ctx.get(wire):
        raise AssertionError("a stop bit is low")
    return byte


async def listen(ctx, wire, state, decoder, found) -> None:
    """Decode what is on a wire until ``state`` says that it is over."""
    cycle, byte = -1, 0  # cycles since the start bit began, -1 for none
    while not state["over"]:
        _, _, level = await ctx.tick().sample(wire)
        if cycle < 0 and level:
            continue
        cycle += 1
        bit, phase = divmod(cycle, DIVISOR)
        if phase != DIVISOR // 2:
            continue
        if bit == 0:
            byte = 0
        elif bit <= 8:
            byte |= level << (bit - 1)
        else:
            if not level:
                raise AssertionError("a stop bit is low")
            found.extend(decoder.feed(bytes([byte])))
            cycle = -1


def converse(device, sent, *, deadline: int = 200_000) -> list[Packet]:
    """Put ``sent`` (packets, bytes, `Break`, `Silence`) on the line; return all packets that came back.

    What follows a packet waits for its answer, as a host does; bytes are not waited for.
    """
    decoder, found, state = Decoder(), [], {"over": False}

    async def host(ctx):
        ctx.set(device.rx, 1)
        await ctx.tick().repeat(2 * DIVISOR)
        for item in sent:
            match item:
                case Packet():
                    for byte in item.encode():
                        await put_byte(ctx, device.rx, byte)
                    while all(packet.sequence != item.sequence for packet in found):
                        await ctx.tick().repeat(DIVISOR)
                case Break(bits):
                    await put_bits(ctx, device.rx, [0] * bits + [1])
                case Silence(cycles):
                    await ctx.tick().repeat(cycles)
                case _:
                    for byte in item:
                        await put_byte(ctx, device.rx, byte)
        state["over"] = True

    async def ear(ctx):
        await listen(ctx, device.tx, state, decoder, found)

    simulate(device, host, ear, deadline=deadline)
    if decoder.dropped:
        raise AssertionError(f"the device sent {decoder.dropped} bytes that are no packet")
    return found
