"""Masters of the buses for Amaranth's own simulator, and the rules that AXI4-Lite is held against."""

from __future__ import annotations

import random

OKAY, SLVERR = 0, 2


class AxiMaster:
    """Reads and writes over AXI4-Lite; each channel pauses at random, and holds the rules meanwhile."""

    def __init__(self, dut, stall: float = 0.0, seed: int = 0):
        self.dut = dut
        self.stall = stall
        self.dice = random.Random(seed)

    async def write(self, ctx, address: int, data: int, strobes: int = 15) -> bool:
        """Write a word, and return whether it was refused."""
        dut, dice = self.dut, self.dice
        waiting = {"aw": dice.random() < self.stall, "w": dice.random() < self.stall}
        done = {"aw": False, "w": False}
        ctx.set(dut.s_axi_awaddr, address)
        ctx.set(dut.s_axi_wdata, data)
        ctx.set(dut.s_axi_wstrb, strobes)
        while not all(done.values()):
            for channel, over in done.items():
                if waiting[channel]:
                    waiting[channel] = dice.random() < self.stall
                ctx.set(getattr(dut, f"s_axi_{channel}valid"), not waiting[channel] and not over)
            _, _, *ready = await ctx.tick().sample(dut.s_axi_awready, dut.s_axi_wready)
            for channel, taken in zip(done, ready, strict=True):
                done[channel] |= bool(taken) and not waiting[channel]
                ctx.set(getattr(dut, f"s_axi_{channel}valid"), 0)
        return await self._answer(ctx, dut.s_axi_bvalid, dut.s_axi_bready, dut.s_axi_bresp)

    async def read(self, ctx, address: int) -> tuple[int, bool]:
        """Read a word, and return it and whether that was refused."""
        dut = self.dut
        while self.dice.random() < self.stall:
            await ctx.tick()
        ctx.set(dut.s_axi_araddr, address)
        ctx.set(dut.s_axi_arvalid, 1)
        await ctx.tick().until(dut.s_axi_arready)
        ctx.set(dut.s_axi_arvalid, 0)
        refused = await self._answer(
            ctx, dut.s_axi_rvalid, dut.s_axi_rready, dut.s_axi_rresp, dut.s_axi_rdata
        )
        return self.data, refused

    async def _answer(self, ctx, valid, ready, response, data=None) -> bool:
        while True:
            willing = self.dice.random() >= self.stall
            ctx.set(ready, willing)
            _, _, offered, code, self.data = await ctx.tick().sample(
                valid, response, response if data is None else data
            )
            if offered and willing:
                ctx.set(ready, 0)
                assert code in (OKAY, SLVERR)
                return code == SLVERR


class WishboneMaster:
    """Reads and writes over Wishbone, in classic cycles."""

    def __init__(self, dut, stall: float = 0.0, seed: int = 0):
        self.dut = dut
        self.stall = stall
        self.dice = random.Random(seed)

    async def write(self, ctx, address: int, data: int, strobes: int = 15) -> bool:
        """Write a word, and return whether it was refused."""
        _, refused = await self._access(ctx, address, 1, data, strobes)
        return refused

    async def read(self, ctx, address: int) -> tuple[int, bool]:
        """Read a word, and return it and whether that was refused."""
        return await self._access(ctx, address, 0, 0, 15)

    async def _access(self, ctx, address, write, data, strobes):
        dut = self.dut
        while self.dice.random() < self.stall:
            await ctx.tick()
        for name, value in {
            "cyc": 1,
            "stb": 1,
            "we": write,
            "adr": address >> 2,
            "sel": strobes,
            "dat": data,
        }.items():
            ctx.set(getattr(dut, f"wb_{name}_i"), value)
        ended = dut.wb_ack_o | dut.wb_err_o
        word, refused = await ctx.tick().sample(dut.wb_dat_o, dut.wb_err_o).until(ended)
        ctx.set(dut.wb_cyc_i, 0)
        ctx.set(dut.wb_stb_i, 0)
        return word, bool(refused)


MASTERS = {"axi-lite": AxiMaster, "wishbone": WishboneMaster}


class AxiRules:
    """What can be seen of AXI4-Lite from its wires, cycle by cycle; see `step`."""

    OFFERS = {"b": ("bresp",), "r": ("rresp", "rdata")}

    def __init__(self):
        self.before = None
        self.taken = dict.fromkeys(("aw", "w", "b", "ar", "r"), 0)

    def step(self, now: dict[str, int]) -> None:
        """Look at the wires of a cycle, named without their prefix; a broken rule is an `AssertionError`."""
        before = self.before
        for channel, payload in self.OFFERS.items():
            if before and before[f"{channel}valid"] and not before[f"{channel}ready"]:
                assert now[f"{channel}valid"], f"{channel}valid fell before it was accepted"
                for wire in payload:
                    assert now[wire] == before[wire], f"{wire} changed before it was accepted"
        if now["bvalid"]:
            owed = min(self.taken["aw"], self.taken["w"]) - self.taken["b"]
            assert owed > 0, "a write response that nobody is owed"
        if now["rvalid"]:
            assert self.taken["ar"] > self.taken["r"], "read data that nobody is owed"
        for channel in self.taken:
            self.taken[channel] += now[f"{channel}valid"] and now[f"{channel}ready"]
        self.before = now

    def end(self) -> None:
        """Say that all that was asked has been answered."""
        assert self.taken["aw"] == self.taken["w"] == self.taken["b"], "a write without its response"
        assert self.taken["ar"] == self.taken["r"], "a read without its data"
