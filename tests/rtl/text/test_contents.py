"""Words that are kept aside, against those that Amaranth writes."""

from amaranth.back import rtlil
from amaranth.hdl import Fragment, Module, Signal
from amaranth.lib.memory import Memory

from accelgen.rtl.text.contents import kept_aside
from accelgen.rtl.text.lower import lowered
from accelgen.rtl.text.rtlil import read

#: Widths of words, and words at the start: the number of contents has more bits than some of all.
SHAPES = [(1, [1, 0, 1]), (3, [7]), (40, [1 << 39, 5]), (8, []), (1, [0] * 70)]


def design():
    m = Module()
    m.outputs = []
    for number, (width, words) in enumerate(SHAPES):
        memory = Memory(shape=width, depth=len(words) + 2, init=words)
        m.submodules[f"m{number}"] = memory
        port = memory.read_port()
        m.d.comb += port.addr.eq(Signal(4, name=f"a{number}"))
        m.outputs.append(out := Signal(width, name=f"q{number}"))
        m.d.comb += out.eq(port.data)
    return m, {out.name: (out, None) for out in m.outputs}


def memories(text, contents):
    modules = [lowered(raw, contents) for raw in read(text).values()]
    return [memory.words for module in modules for memory in module.memories]


def whole():
    """Return what Amaranth writes of a new design."""
    module, ports = design()
    return rtlil.convert(module, ports=ports, name="top", emit_src=False)


def test_words_are_those_that_amaranth_writes():
    module, ports = design()
    fragment = Fragment.get(module, None)
    with kept_aside(fragment) as contents:
        short, _ = rtlil.convert_fragment(fragment, ports, "top", emit_src=False)
    assert memories(short, contents) == memories(whole(), None)
    assert sorted(map(len, contents)) == sorted(len(words) + 2 for _, words in SHAPES)


def test_the_words_are_put_back():
    module, ports = design()
    fragment = Fragment.get(module, None)
    with kept_aside(fragment):
        pass
    again, _ = rtlil.convert_fragment(fragment, ports, "top", emit_src=False)
    assert memories(again, None) == memories(whole(), None)
