from accelgen.rtl.text.layout import module_body
from accelgen.rtl.text.modules import Assign, Instance, Module, Register, Switch
from accelgen.rtl.text.values import Bits, Net, Op, Ref


def ref(net):
    return Ref(net, 0, net.width)


def test_a_module_is_ports_then_wires_then_parts_then_clocked():
    clk, a, q = Net("clk", 1, "input"), Net("a", 4, "input"), Net("q", 4, "output", start="0000")
    a.comment = "What is added."
    following, done = Net("following", 4), Net("done", 1)
    module = Module(("top",), [clk, a, q])
    module.registers = [Register(q, clk, [Assign(q, 0, 4, ref(following))])]
    module.wires = {following: Op("+", (ref(a), Bits("0001")), 4)}
    module.instances = [Instance("top.part", "part", {}, {"clk": ref(clk), "d": ref(done)}, {"d"})]
    assert module_body(
        module, {"top.part": {"clk": "clk", "e": "e", "d": "done"}}, {"top.part": "top_part"}
    ) == (
        """(
  input  wire       clk,

  // What is added.
  input  wire [3:0] a,
  output reg  [3:0] q = 4'd0
);
  wire done;

  wire [3:0] following = a + 4'd1;

  top_part part (
    .clk(clk),
    .e(),
    .done(done)
  );

  always @(posedge clk) begin
    q <= following;
  end
endmodule
"""
    )


def test_a_wire_with_many_choices_is_a_function():
    a, s, y = Net("a", 4, "input"), Net("s", 2, "input"), Net("y", 4, "output")
    module = Module(("top",), [a, s, y])
    cases = [((f"{n:02b}",), [Assign(y, 0, 4, Bits(f"{n:04b}"))]) for n in range(3)]
    module.choices = {y: [Assign(y, 0, 4, ref(a)), Switch(ref(s), cases)]}
    text = module_body(module, {}, {})
    assert text.endswith(
        """\n);\n  function [3:0] choose_y;
    input [3:0] a;
    input [1:0] s;
    begin
      choose_y = a;
      case (s)
        2'd0: choose_y = 4'd0;
        2'd1: choose_y = 4'd1;
        2'd2: choose_y = 4'd2;
        default: ;
      endcase
    end
  endfunction
  assign y = choose_y(a, s);
endmodule
"""
    )


def test_what_is_kept_says_so():
    a, total = Net("a", 4, "input"), Net("total", 4, kept=True)
    module = Module(("top",), [a, y := Net("y", 4, "output")])
    module.wires = {total: Op("+", (ref(a), Bits("0001")), 4), y: ref(total)}
    text = module_body(module, {}, {})
    assert "  (* keep *) wire [3:0] total;\n  assign total = a + 4'd1;" in text
