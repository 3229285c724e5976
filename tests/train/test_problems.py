from accelgen.train.problems import number, one_of, truth, whole


def test_a_value_in_range_is_no_problem():
    assert not [
        *whole("n", 3, 0, 3),
        *number("x", 0.5, 0, 1),
        *one_of("c", "a", ("a", "b")),
        *truth("t", True),
    ]


def test_nothing_is_coerced():
    assert whole("n", True, 0, 3) == ["n: must be an integer of 0 to 3, not True"]
    assert whole("n", 2.0, 0, 3) == ["n: must be an integer of 0 to 3, not 2.0"]
    assert number("x", "1", 0, 1) == ["x: must be a number of 0 to 1, not '1'"]
    assert one_of("c", True, (1, 2)) == ["c: must be 1 or 2, not True"]
    assert truth("t", 1) == ["t: must be true or false, not 1"]
