import numpy as np
import pytest

from accelgen.errors import ToolError
from bench.pipeline import latency, played

TOP = """module top(input clk, input [7:0] model_inp, output [9:0] model_out);
  reg [9:0] first, second;
  always @(posedge clk) begin
    first <= {5'd0 - {1'b0, model_inp[7:4]}, {1'b0, model_inp[3:0]}};
    second <= first;
  end
  assign model_out = second;
endmodule
"""
VALUES = np.array([[1, 2], [15, 14], [0, 9], [7, 7]])


@pytest.fixture
def answers(tmp_path):
    (tmp_path / "top.v").write_text(TOP)
    return played(tmp_path / "top.v", "top", VALUES, 4, 2, True, tmp_path)


def test_answers_are_signed_and_in_order_after_the_clocks_of_the_pipeline(answers):
    assert latency(answers, VALUES * [1, -1]) == 2


def test_a_wrong_answer_is_an_error(answers):
    wrong = VALUES * [1, -1]
    wrong[2, 0] += 1
    with pytest.raises(ToolError, match="^the answers differ from the golden model$"):
        latency(answers, wrong)


def test_hardware_without_the_port_is_an_error(tmp_path):
    (tmp_path / "top.v").write_text("module top(input clk); endmodule\n")
    with pytest.raises(ToolError, match="^top has no port model_out$"):
        played(tmp_path / "top.v", "top", VALUES, 4, 2, True, tmp_path)
