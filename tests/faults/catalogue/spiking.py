"""Faults of spiking engines."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
    Fault(
        "the first timestep starts from old membranes",
        "snn/membranes.py",
        "something = self.living & ~self.first",
        "something = self.living",
    ),
    Fault(
        "membranes of discontinuous layers live on",
        "snn/membranes.py",
        "something = self.living & ~self.first",
        "something = ~self.first",
    ),
    Fault(
        "a tie does not fire", "snn/fire.py", "fires.eq(~excess[-1])", "fires.eq(~excess[-1] & excess.any())"
    ),
    Fault("a reset to zero leaves the excess", "snn/fire.py", "Mux(subtract, excess, 0)", "excess"),
    Fault("the leak is taken after the reset", "snn/fire.py", "_lost(membrane, leak", "_lost(after, leak"),
    Fault("a leak of a multiplier is that of one", "snn/fire.py", "membrane * multiplier if", "membrane if"),
    Fault(
        "the second leak of layers is none",
        "snn/fire.py",
        "for number, leak in enumerate(leaks, 1)",
        "for number, leak in enumerate(leaks, 1) if number == 1",
    ),
    Fault("a spike leaks what it has taken", "snn/fire.py", "fires & ~subtract)", "0)"),
    Fault(
        "membranes of the wrong pass",
        "snn/fire.py",
        "m.d.sync += number.eq(number + 1)",
        "m.d.sync += number.eq(number)",
    ),
    Fault(
        "a current does not leak",
        "snn/fire.py",
        "lasts = current - _lost(current, self.leak, self.leaks, C(0, 1))",
        "lasts = current",
    ),
    Fault(
        "a current that lasts leaks by the leak of membranes",
        "snn/fire.py",
        "self.leak.eq(self.leaks[rule.leak, rule.multiplier])",
        "self.leak.eq(1)",
    ),
    Fault(
        "a spike resets the current too",
        "snn/fire.py",
        "return Mux(self.lasting, lasts, membrane)",
        "return Mux(self.lasting & membrane.any(), lasts, membrane)",
    ),
    Fault(
        "a current of one timestep is added to a membrane that is none",
        "snn/fire.py",
        "Mux(self.lasting, self.potentials.value[lane], 0)",
        "self.potentials.value[lane]",
    ),
    Fault(
        "layers whose currents do not last overwrite membranes of those before",
        "snn/fire.py",
        "potentials.left.valid.eq(self.moves & self.lasting)",
        "potentials.left.valid.eq(self.moves)",
    ),
    Fault(
        "the first timestep adds old membranes to its currents",
        "snn/potentials.py",
        "Mux(self.first, 0, membranes[lane])",
        "membranes[lane]",
    ),
    Fault(
        "a membrane is that of the pass before",
        "snn/potentials.py",
        "following = Mux(self.restart, 0, self.number + 1)",
        "following = Mux(self.restart, 0, self.number)",
    ),
    Fault(
        "a timestep starts with the membranes that the one before ended with",
        "snn/potentials.py",
        "(self.restart | self.moves)",
        "self.moves",
    ),
    Fault(
        "the membranes of the last pass are never read",
        "snn/potentials.py",
        "following < plan.potential_words",
        "following < plan.potential_words - 1",
    ),
    Fault(
        "the pipeline does not say which timestep is the first",
        "pipelined/spiking_unit.py",
        "fire.first.eq(self.first)",
        "fire.first.eq(0)",
    ),
    Fault("scores of the sample before are kept", "snn/readout.py", "Mux(self.first, 0, stored)", "stored"),
    Fault("a readout does not leak", "snn/readout.py", "left.eq(rule.left(before))", "left.eq(before)"),
    Fault(
        "a readout leaks before its first timestep ends",
        "snn/readout.py",
        "membrane.eq(Mux(self.first, 0, left) + self.increments.p.value)",
        "membrane.eq(rule.left(Mux(self.first, 0, before) + self.increments.p.value))",
    ),
    Fault(
        "a readout that integrates keeps the membranes of the sample before",
        "snn/readout.py",
        "Mux(self.first, 0, left)",
        "left",
    ),
    Fault(
        "the highest membrane is that of any sample",
        "snn/readout.py",
        "Mux(self.first | (membrane > stored), membrane, stored)",
        "Mux(membrane > stored, membrane, stored)",
    ),
    Fault(
        "a lead equal to the margin does not stop",
        "snn/readout.py",
        "(best - second >= self.margin)",
        "(best - second > self.margin)",
    ),
    Fault(
        "the second best is not followed",
        "snn/readout.py",
        "m.d.sync += [best.eq(total), second.eq(best), alone.eq(0)]",
        "m.d.sync += [best.eq(total), alone.eq(0)]",
    ),
    Fault(
        "a pixel at its threshold fires",
        "snn/rate_encoder.py",
        "(pixels[n] > thresholds[n])",
        "(pixels[n] >= thresholds[n])",
    ),
    Fault(
        "black words fire",
        "snn/rate_encoder.py",
        "(pixels[n] > thresholds[n]) & occupied",
        "(pixels[n] > thresholds[n])",
    ),
    Fault(
        "thresholds of the timestep before",
        "snn/rate_encoder.py",
        "timestep.eq(Mux(final, 0, timestep + 1))",
        "timestep.eq(Mux(final, 0, timestep + 2))",
    ),
]
