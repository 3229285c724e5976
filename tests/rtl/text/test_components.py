from amaranth.hdl import Fragment

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.text.components import components
from tests.tiny_networks import small_network


def test_each_place_knows_its_component():
    top = hardware_of(small_network(), Datapath(lanes=4)).top()
    found = components(Fragment.get(top, None), "design")
    assert found["design",].place == "accelgen/rtl/dnn/top.py"
    receiver = found["design", "receiver"]
    assert receiver.place == "accelgen/rtl/edge/frame.py"
    assert receiver.summary == "Receive frames of beats beats, one input block a beat."
    assert receiver.members[:2] == ("tdata", "tvalid") and "write__valid" in receiver.members
    assert receiver.said["loaded"] == "A good frame is in bank 0."
    assert receiver.said["tdata"] == receiver.said["tlast"] == "tdata is rounded up to whole bytes."
    assert found["design", "engine", "array", "mac", "lane0"].place == "accelgen/rtl/common/mac_lane.py"
