"""What the ports of a network may never do, watched cycle by cycle in every simulation.

`Rules` knows neither simulator nor network, only the ports: a bench that clocks a top hands it what they show
before each rising edge. Frames are judged here by their beats alone, so that this is a second opinion.
"""

from __future__ import annotations

__all__ = ["Broken", "Rules"]

SHORT, LONG, RANGE, LOAD = 1, 2, 4, 8
MARK = 1 << 31
TIMESTEPS = 16


class Broken(AssertionError):
    """A rule of the ports is broken."""


class Rules:
    """The rules of a top.

    Parameters
    ----------
    shape : dict
        ``beats``, ``width`` and ``used`` (bits of each beat) of a frame of pixels, ``used_last`` of its last
        beat if that has fewer; or ``events`` with ``inputs``, ``block`` and ``position_bits``.
    results : int
        Beats of a result frame.
    load : int
        Beats of a table frame; 0 if tables are constant.
    early : bool
        A sample of events may be answered before it ends; errors in the rest of it are not reported.
    """

    def __init__(self, shape: dict, results: int, load: int = 0, *, early: bool = False):
        self.shape = shape
        self.results = results
        self.load = load
        self.early = early and "events" in shape
        self.streams = ["s_axis", "m_axis"] + ["l_axis"] * bool(load)
        self.ports = ["error", "error_clear"] + [
            f"{name}_{end}" for name in self.streams for end in ("tvalid", "tready", "tdata", "tlast")
        ]
        self.reset()

    def reset(self) -> None:
        """Forget everything: the top is in reset."""
        self.cycle = 0
        self.offered = dict.fromkeys(self.streams)
        self.error = 0
        self.word = 0  # beats of the present result frame that have left
        self.begun = self.good = self.answered = 0
        self.beat = self.timestep = 0
        self.inside = self.spoilt = self.dropping = False
        self.loaded, self.load_dropping = 0, False

    def step(self, seen: dict[str, int | None]) -> None:
        """Judge one cycle.

        Parameters
        ----------
        seen : dict
            The value of each of ``ports`` before the clock rises; None where it is not known (X).

        Raises
        ------
        Broken
            If a rule is broken, with the cycle since reset and the port.
        """
        self.cycle += 1
        taken = {name: self._stream(name, seen) for name in self.streams}
        if seen["error"] is None or seen["error_clear"] is None:
            raise self._broken("error is unknown")
        if seen["error"] & ~self.error or (self.error & ~seen["error"] and not self.early):
            raise self._broken(f"error is {seen['error']}, and should be {self.error}")
        raised = 0
        if taken["s_axis"]:
            word, last = seen["s_axis_tdata"], seen["s_axis_tlast"]
            raised |= self._event(word, last) if "events" in self.shape else self._pixels(word, last)
        if self.load and taken["l_axis"]:
            raised |= self._table(seen["l_axis_tlast"])
        self.error = (0 if seen["error_clear"] else seen["error"]) | raised
        if seen["m_axis_tvalid"]:
            self._result(seen["m_axis_tlast"], taken["m_axis"])

    def _broken(self, what: str) -> Broken:
        return Broken(f"cycle {self.cycle} after reset: {what}")

    def _stream(self, name: str, seen: dict) -> bool:
        """Check a stream and return whether a beat is taken."""
        valid, ready = seen[f"{name}_tvalid"], seen[f"{name}_tready"]
        if valid is None or ready is None:
            raise self._broken(f"{name}: tvalid or tready is unknown")
        offer = (seen[f"{name}_tdata"], seen[f"{name}_tlast"])
        if valid and None in offer:
            raise self._broken(f"{name}: what is offered is unknown")
        before = self.offered[name]
        if before is not None and not valid:
            raise self._broken(f"{name}: an offer is withdrawn")
        if before is not None and offer != before:
            raise self._broken(f"{name}: an offer changes before it is taken")
        self.offered[name] = offer if valid and not ready else None
        return bool(valid and ready)

    def _result(self, last: int, taken: bool) -> None:
        """Check an offered beat of a result."""
        if self.answered >= (self.begun if self.early else self.good):
            raise self._broken("m_axis: a result without an image")
        if bool(last) != (self.word == self.results - 1):
            raise self._broken(f"m_axis: tlast is {last} on beat {self.word} of {self.results}")
        if taken:
            self.word = 0 if last else self.word + 1
            self.answered += bool(last)

    def _pixels(self, word: int, last: int) -> int:
        """Judge a beat of pixels and return the errors that it raises."""
        if self.dropping:
            self.dropping = not last
            return 0
        final = self.beat == self.shape["beats"] - 1
        used = self.shape.get("used_last", self.shape["used"]) if final else self.shape["used"]
        stray = word >> used != 0
        raised = SHORT * (last and not final) | LONG * (final and not last) | RANGE * stray
        self.spoilt |= stray
        self.beat += 1
        if final or last:
            self.good += bool(final and last and not self.spoilt)
            self.begun, self.dropping = self.good, not last
            self.beat, self.spoilt = 0, False
        return raised

    def _event(self, word: int, last: int) -> int:
        """Judge a word of events and return the errors that it raises."""
        if self.dropping:
            self.dropping = not last
            return 0
        shape = self.shape["events"]
        mark, address = word & MARK, word & ~MARK
        block, position = address >> shape["position_bits"], address & ((1 << shape["position_bits"]) - 1)
        if mark:
            bad = address != 0
        else:
            bad = position >= shape["block"] or block * shape["block"] + position >= shape["inputs"]
        over = self.timestep == TIMESTEPS
        raised = LONG * over | RANGE * (bad and not over) | SHORT * bool(last and not mark)
        self.begun += not self.inside
        self.inside = True
        self.timestep += bool(mark)
        if raised:
            self.dropping = not last
        else:
            self.good += last
        if raised or last:
            self.begun -= bool(raised) and not self.early
            self.inside, self.timestep = False, 0
        return raised

    def _table(self, last: int) -> int:
        """Judge a beat of tables and return the errors that it raises."""
        if self.load_dropping:
            self.load_dropping = not last
            return 0
        self.loaded += 1
        final = self.loaded == self.load
        if final or last:
            self.loaded, self.load_dropping = 0, not last
        return LOAD * (bool(final) != bool(last))
