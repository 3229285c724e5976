import pytest
from amaranth.back import rtlil
from amaranth.hdl import Assert, Cover, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.errors import ToolError
from accelgen.flows.prove import SMTBMC, YICES, always, follows, inductive, problem, reached


class Counter(wiring.Component):
    """Counts to ``last`` and starts again; it shall never show 12."""

    def __init__(self, last):
        self.last = last
        super().__init__({"go": In(1), "count": Out(4), "seen": Out(1)})

    def elaborate(self, platform):
        m = Module()
        with m.If(self.go):
            m.d.sync += self.count.eq(self.count + 1)
            with m.If(self.count == self.last):
                m.d.sync += self.count.eq(0)
        m.d.comb += [self.seen.eq(self.go), Assert(self.count != 12), Cover(self.count == 9)]
        return m


def counter(last):
    return rtlil.convert(Counter(last), name="top")


def test_the_tools_are_there():
    assert YICES.version() and SMTBMC.find()


def test_a_failure_is_found_in_the_cycle_in_which_it_can_first_be(tmp_path):
    smt2 = problem(counter(14), "top", tmp_path)
    assert always(smt2, 12) is None
    assert "Assert failed" in always(smt2, 13)
    assert reached(smt2, 10) == (9, [])
    assert len(reached(smt2, 9)[1]) == 1


def test_induction_needs_a_reason(tmp_path):
    smt2 = problem(counter(10), "top", tmp_path / "a")
    assert always(smt2, 30) is None
    assert inductive(smt2, 1) is not None  # 11 might come before 12
    assert inductive(smt2, 2) is not None  # and may stay as long as it likes


def test_registers_may_start_with_anything(tmp_path):
    class Around(wiring.Component):
        def __init__(self):
            super().__init__({"go": In(1)})

        def elaborate(self, platform):
            m = Module()
            m.submodules.woken = inner = Counter(10)
            m.d.comb += inner.go.eq(self.go)
            return m

    design = rtlil.convert(Around(), name="top")
    assert always(problem(design, "top", tmp_path / "a"), 4) is None
    assert always(problem(design, "top", tmp_path / "b", any_start="woken"), 1) is not None


def test_a_clock_that_nobody_drives_is_refused(tmp_path):
    design = counter(14).replace("\\clk", "\\clock")
    with pytest.raises(ToolError, match="has no port clk"):
        problem(design, "top", tmp_path)


def test_a_proof_without_a_cover_is_refused(tmp_path):
    class Bare(Counter):
        def elaborate(self, platform):
            m = Module()
            m.d.sync += self.count.eq(self.go)
            m.d.comb += Assert(self.count < 2)
            return m

    with pytest.raises(ToolError, match="no cover statement"):
        reached(problem(rtlil.convert(Bare(3), name="top"), "top", tmp_path), 3)


def test_what_follows_in_the_same_cycle_is_told_from_what_follows_later(tmp_path):
    assert follows(counter(3), "top", "go", "seen", tmp_path)
    assert not follows(counter(3), "top", "go", "count", tmp_path)
    with pytest.raises(ToolError):
        follows(counter(3), "top", "nothing", "count", tmp_path)
