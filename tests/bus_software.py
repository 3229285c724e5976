"""What software does with the registers of a network, for Amaranth's own simulator."""

from __future__ import annotations

from accelgen.rtl.bus.registers import RegisterMap

PATIENCE = 2_000


class Software:
    """Reads and writes registers by name; an access that is refused is a failure."""

    def __init__(self, registers: RegisterMap, master):
        self.registers = registers
        self.master = master

    async def get(self, ctx, name: str) -> int:
        """Return what a register reads."""
        value, refused = await self.master.read(ctx, self.registers[name].offset)
        assert not refused, f"a read of {name} was refused"
        return value

    async def put(self, ctx, name: str, value: int) -> None:
        """Write a register."""
        assert not await self.master.write(ctx, self.registers[name].offset, value), (
            f"a write of {value:#x} to {name} was refused"
        )

    async def send(
        self, ctx, frame: list[int], width: int, through: str = "INPUT", *, part_of_frame: bool = False
    ) -> None:
        """Write a frame of beats, each of ``width`` bits, or its beginning, waiting for room."""
        parts = -(-width // 32)
        words = [beat >> 32 * part & 0xFFFFFFFF for beat in frame for part in range(parts)]
        for number, word in enumerate(words):
            await self.wait(ctx, f"{through}_ROOM")
            last = number == len(words) - 1 and not part_of_frame
            await self.put(ctx, f"{through}_LAST" if last else through, word)

    async def wait(self, ctx, name: str, mask: int = 0xFFFFFFFF) -> None:
        """Wait until some bits of a register are not all zero."""
        for _ in range(PATIENCE):
            if await self.get(ctx, name) & mask:
                return
        raise AssertionError(f"{name} stays zero")

    async def result(self, ctx) -> list[int]:
        """Wait for a whole result, and return its words, signed."""
        await self.wait(ctx, "STATUS", 2)
        words, last = [], 0
        while not last:
            last = await self.get(ctx, "STATUS") & 4
            word = await self.get(ctx, "RESULT")
            words.append(word - (1 << 32) if word >> 31 else word)
        return words
