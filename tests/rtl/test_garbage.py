import gc

import pytest

from accelgen.rtl.garbage import uncollected


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_is_as_it_was_once_all_is_written(before):
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() == before
        with pytest.raises(ValueError), uncollected():
            raise ValueError
        assert gc.isenabled() == before
    finally:
        (gc.enable if was else gc.disable)()
