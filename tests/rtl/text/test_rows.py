from accelgen.rtl.text.modules import ReadPort, Rows, WritePort
from accelgen.rtl.text.rows import ROUNDS, STATEMENTS, contents, hex_text, is_rom, ports
from accelgen.rtl.text.values import Bits, Net, Ref, cat

CLK, EN, ADDR, DATA, Q = Net("clk", 1), Net("en", 2), Net("addr", 3), Net("data", 4), Net("q", 4)


def memory(words):
    return Rows(Net("memory", 4), len(words), {"no_rw_check": 1}, words)


def ref(net):
    return Ref(net, 0, net.width)


def test_a_long_table_starts_in_short_blocks():
    words = [f"{n % 16:04b}" for n in range(2 * STATEMENTS + 3)]
    head, *lines = contents(memory(words))
    assert head == f"  (* no_rw_check *)\n  reg [3:0] memory [0:{len(words) - 1}];"
    assert lines.count("  initial begin") == lines.count("  end") == 3
    assert [line for line in lines if "memory" in line] == [
        f"    memory[{n}] = 4'h{n % 16:x};" for n in range(len(words))
    ]


def test_attributes_say_what_they_are():
    rows = Rows(Net("memory", 4), 1, {"no_rw_check": 1, "ram_style": "block", "keep": 0}, ["0000"])
    assert contents(rows)[0].splitlines()[:2] == ["  (* no_rw_check *)", '  (* ram_style = "block" *)']


def test_words_that_are_alike_are_a_loop():
    lines = contents(memory(["0000"] * (ROUNDS + 1)))
    loops = [line for line in lines if "for" in line]
    assert loops == [
        f"    for (row = 0; row < {ROUNDS}; row = row + 1) memory[row] = 4'd0;",
        f"    for (row = {ROUNDS}; row < {ROUNDS + 1}; row = row + 1) memory[row] = 4'd0;",
    ]
    assert contents(memory([]))[1:] == []


def test_ports_are_of_the_form_that_tools_know():
    rows = memory(["0000"])
    low, high = Ref(EN, 0, 1), Ref(EN, 1, 1)
    rows.reads = [ReadPort(Q, ref(ADDR), low, CLK)]
    rows.writes = [
        WritePort(ref(ADDR), ref(DATA), cat([high] * 4), CLK),
        WritePort(ref(ADDR), ref(DATA), cat([low, low, high, high]), CLK),
        WritePort(ref(ADDR), ref(DATA), Bits("1100"), CLK),
    ]
    assert ports(rows) == [
        [
            "  always @(posedge clk) begin",
            "    if (en[0]) q <= memory[addr];",
            "    if (en[1]) memory[addr] <= data;",
            "    if (en[0]) memory[addr][1:0] <= data[1:0];",
            "    if (en[1]) memory[addr][3:2] <= data[3:2];",
            "    memory[addr][3:2] <= data[3:2];",
            "  end",
        ]
    ]


def constants():
    rows = memory(["0001", "1010", "0000"])
    rows.reads = [ReadPort(Q, ref(ADDR), Ref(EN, 0, 1), CLK)]
    return rows


def test_constants_may_be_cases():
    rows = constants()
    assert contents(rows, "case") == []
    assert ports(rows, "case") == [
        [
            "  always @(posedge clk) begin",
            "    if (en[0]) begin",
            "      case (addr)",
            "        3'd0: q <= 4'd1;",
            "        3'd1: q <= 4'd10;",
            "        3'd2: q <= 4'd0;",
            "        default: q <= 4'd0;",
            "      endcase",
            "    end",
            "  end",
        ]
    ]
    rows.reads[0].enable = Bits("1")
    assert ports(rows, "case")[0][1] == "    case (addr)"


def test_constants_may_be_a_file():
    rows = constants()
    assert contents(rows, "hex", "words.hex")[1:] == ['  initial $readmemh("words.hex", memory);']
    assert hex_text(rows) == "1\na\n0\n" and ports(rows, "hex") == ports(rows)


def test_what_is_written_is_no_constant():
    rows = constants()
    assert is_rom(rows)
    rows.writes = [WritePort(ref(ADDR), ref(DATA), Bits("1111"), CLK)]
    assert not is_rom(rows) and contents(rows, "case") == contents(rows, "hex") == contents(rows)
    assert ports(rows, "case") == ports(rows)
    rows = constants()
    rows.reads.append(ReadPort(Q, ref(ADDR), Bits("1"), None))
    assert not is_rom(rows)
