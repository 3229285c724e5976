import random

import pytest

from accelgen.link import Decoder, Packet
from accelgen.rtl.fpga.sender import PacketSender
from tests.stream_drivers import simulate


@pytest.mark.parametrize("stall", [0.0, 0.6])
@pytest.mark.parametrize("counts", [[0, 1, 5, 0], [12, 3]])
def test_answers_are_packets(stall, counts):
    sender, decoder, found, dice = PacketSender(12), Decoder(), [], random.Random(1)
    payloads = [[dice.getrandbits(32) for _ in range(count)] for count in counts]

    async def answer(ctx):
        for number, words in enumerate(payloads):
            ctx.set(sender.kind, 0x80 + number)
            ctx.set(sender.sequence, 0xA5)
            ctx.set(sender.count, len(words))
            ctx.set(sender.start, 1)
            await ctx.tick()
            ctx.set(sender.start, 0)
            done = 0
            while not done:
                index = ctx.get(sender.index)  # before the edge; the word comes after it, as from a memory
                _, _, done = await ctx.tick().sample(sender.done)
                ctx.set(sender.word, words[index] if index < len(words) else 0)

    async def take(ctx):
        while len(found) < len(payloads):
            ready = dice.random() >= stall
            ctx.set(sender.bytes.ready, ready)
            _, _, valid, byte = await ctx.tick().sample(sender.bytes.valid, sender.bytes.payload)
            if valid and ready:
                found.extend(decoder.feed(bytes([byte])))

    simulate(sender, answer, take)
    assert decoder.dropped == 0
    assert found == [
        Packet(0x80 + number, 0xA5, b"".join(word.to_bytes(4, "little") for word in words))
        for number, words in enumerate(payloads)
    ]
