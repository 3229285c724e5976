from accelgen.rtl.edge.ports import ERRORS, stream_ports


def test_tables_have_a_stream_only_if_they_are_loaded():
    fixed, loadable = (stream_ports(24, loadable=loadable) for loadable in (False, True))
    assert {name for name in loadable if name not in fixed} == {
        f"l_axis_t{part}" for part in ("data", "valid", "ready", "last")
    }
    assert fixed["s_axis_tdata"].shape.width == 24


def test_every_error_has_a_bit():
    assert stream_ports(8, loadable=False)["error"].shape == len(ERRORS) == 4
