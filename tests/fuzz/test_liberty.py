"""Libraries of standard cells and of SRAM macros."""

import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import AccelgenError
from accelgen.power.liberty import read_library
from accelgen.power.macros import read_macros
from tests.fuzz.edits import damaged, few, value_or_sentence
from tests.power.drawn import LIBRARY, macro

#: What may stand in the place of a word or a number.
WORDS = ["", "x", "0", "-1", "1e999", "nan", "inf", "9" * 500, '""', "{", "}", "(", ")", ";", ":", ",",
         "\\", "()", '"1, 2"', "1 2 3", "values ()", "/*", "{" * 2000, "x (y) {" * 2000]  # fmt: skip


def odd(text: str) -> st.SearchStrategy[bytes]:
    """Return a library with a few of its words made others."""
    spans = [found.span() for found in re.finditer(r'[\w.]+|"[^"]*"|[{}();:,]', text)]

    def made(chosen: list[tuple[tuple[int, int], str]]) -> bytes:
        found = text
        for (start, end), new in sorted(chosen, reverse=True):
            found = found[:start] + new + found[end:]
        return found.encode()

    change = st.tuples(st.sampled_from(spans), st.sampled_from(WORDS))
    return st.builds(made, st.lists(change, min_size=1, max_size=2)) | damaged(text.encode())


@few
@given(odd(LIBRARY))
def test_any_file_is_a_library_or_a_sentence(tmp_path, data):
    path = tmp_path / "cells.lib"
    path.write_bytes(data)
    value_or_sentence(read_library, path)


@few
@given(odd(macro()))
def test_any_file_is_a_macro_or_a_sentence(tmp_path, data):
    path = tmp_path / "macros.lib"
    path.write_bytes(data)
    value_or_sentence(lambda path: read_macros([path]), path, name="macro")


@pytest.mark.parametrize(
    "data", [gzip.compress(LIBRARY.encode())[:-9], b"\x1f\x8b", b"\xef\xbb\xbflibrary (a) {}"]
)
def test_what_is_packed_or_marked_wrongly_is_one_sentence(tmp_path, data):
    path = tmp_path / "cells.lib"
    path.write_bytes(data)
    with pytest.raises(
        AccelgenError, match=r"cells\.lib: (cannot be read as a Liberty file|begins with a byte-order)"
    ):
        read_library(path)
