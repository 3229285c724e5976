from accelgen.golden.kinds import COMPUTES
from accelgen.network.kinds import LAYERS


def test_the_golden_model_computes_every_kind():
    assert list(COMPUTES) == list(LAYERS)
