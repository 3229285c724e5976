from accelgen.rtl.verilog import STATEMENTS, in_short_blocks


def memory(words):
    return [f"    memory[{n}] = 8'h{n % 256:02x};\n" for n in range(words)]


def block(rows):
    return f"  initial begin\n{''.join(rows)}  end\n"


def test_start_values_of_long_memories_are_in_blocks_of_few_statements():
    rows = memory(2 * STATEMENTS + 3)
    found = in_short_blocks(f"module a;\n{block(rows)}endmodule\n")
    pieces = rows[:STATEMENTS], rows[STATEMENTS : 2 * STATEMENTS], rows[2 * STATEMENTS :]
    assert found == f"module a;\n{''.join(map(block, pieces))}endmodule\n"


def test_everything_else_stays():
    text = f"module a;\n{block(memory(STATEMENTS))}  initial begin\n    q = 1'h0;\n  end\nendmodule\n"
    assert in_short_blocks(text) == text
