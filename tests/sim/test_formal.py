import json

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Assert, Cover, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from sim.formal.__main__ import main, proofs
from sim.formal.proof import Mutant, Proof, mutated
from sim.formal.show import both, shown, table


def test_the_proofs_that_take_seconds_hold_and_catch_their_faults(capsys):
    assert main(["--short", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert all(row["good"] for row in rows)
    assert {row["method"] for row in rows} == {"bounded", "induction", "gates"}


def test_every_kind_of_hardware_has_every_property():
    found = {}
    for proof in proofs():
        kind = "spiking, events" if proof.design.startswith("spiking, events") else proof.design
        found.setdefault(kind, set()).add(proof.says)
    wholes = [
        says for design, says in found.items() if "," in design or design in ("unrolled", "convolution")
    ]
    assert len(wholes) == 7
    assert len(set.intersection(*wholes)) == 4
    assert {len(says) for says in wholes} == {4, 5, 6}  # more where tables are loaded


class Counting(wiring.Component):
    """A counter that shall stay below ``limit``, and whose cover is ``until``."""

    def __init__(self, limit, until):
        self.limit, self.until = limit, until
        super().__init__({"go": In(1)})

    def elaborate(self, platform):
        m, count = Module(), Signal(4)
        m.d.sync += count.eq(count + self.go)
        m.d.comb += [Assert(count < self.limit), Cover(count == self.until)]
        return m


@pytest.mark.parametrize(
    ("limit", "until", "sign"), [(5, 3, "FAILED"), (15, 12, "NOT"), (15, 3, "NOT CAUGHT")]
)
def test_a_failure_an_unreached_cover_and_a_fault_that_slips_through_are_seen(tmp_path, limit, until, sign):
    nothing = Mutant("common/flagged_memory.py", "flags & ~chosen", "flags")
    proof = Proof("counts", "counter", lambda: Counting(limit, until), "bounded", 8, nothing)
    row = shown(proof, both(proof), tmp_path)
    assert not row.good and sign in table([row])


def test_a_fault_must_stand_where_it_says_and_goes_away_again():
    with pytest.raises(ValueError, match="has 0 places"), mutated(Mutant("counting.py", "nowhere", "")):
        pass
    proof = next(proof for proof in proofs() if proof.design == "LayerControl")
    sound, faulty = both(proof)
    assert sound != faulty
    assert rtlil.convert(proof.build(), name="top") == sound
