from dataclasses import dataclass

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network.fields import check_name, check_one_of, check_type, keep_whole, whole


@dataclass(frozen=True)
class Holder:
    size: object

    def __post_init__(self):
        keep_whole(self, "size", 1, 8)


def test_an_integer_is_kept_as_one_of_python():
    assert type(Holder(np.int64(8)).size) is int
    with pytest.raises(InvalidNetwork, match="^size: must be an integer of 1 to 8, not 9$"):
        Holder(np.int64(9))


def test_a_range_may_have_no_end():
    assert whole("n", 10**9, 1) == 10**9
    with pytest.raises(InvalidOption, match="^n: must be an integer of at least 1, not True$"):
        whole("n", True, 1, error=InvalidOption)


def test_words_names_and_parts_are_what_they_should_be():
    check_one_of("word", "a", ("a", "b"))
    check_name("one line")
    check_type("part", None, Holder, optional=True)
    for wrong in (np.array(["a"]), "c", 1):
        with pytest.raises(InvalidNetwork, match="^word: must be 'a' or 'b', not "):
            check_one_of("word", wrong, ("a", "b"))
    for wrong in (5, "", "two\nlines", "x" * 65, "\u00e4"):
        with pytest.raises(InvalidNetwork, match="^name: must be one short line of printable ASCII$"):
            check_name(wrong)
    with pytest.raises(InvalidNetwork, match="^part: must be a Holder, not None$"):
        check_type("part", None, Holder)
