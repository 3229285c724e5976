"""A library and a macro small enough to compute with by hand."""

LIBRARY = """
library (tiny) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; nom_voltage : 2.0;
  capacitive_load_unit (1, ff);
  power_lut_template (slew_load) {
    variable_1 : input_transition_time; variable_2 : total_output_net_capacitance;
    index_1 ("0.0, 1.0"); index_2 ("0.0, 10.0");
  }
  lu_table_template (time) {
    variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
    index_1 ("0.0, 1.0"); index_2 ("0.0, 10.0");
  }
  default_wire_load : "near";
  wire_load ("far") { capacitance : 9.0; fanout_length (1, 1.0); }
  wire_load ("near") { capacitance : 0.5; fanout_length (1, 2.0); fanout_length (3, 4.0); }
  power_lut_template (hidden) { variable_1 : input_transition_time; index_1 ("0.0, 1.0"); }
  /* an inverter { with a brace in a comment */
  cell (INV) {
    area : 1.5; cell_leakage_power : 4.0;
    pin (A) { direction : input; capacitance : 3.0; }
    pin (Y) {
      direction : output; function : "!A";
      internal_power () {
        related_pin : "A";
        rise_power (slew_load) { values ("1.0, 3.0", \\
                                         "1.0, 3.0"); }
        fall_power (slew_load) { values ("3.0, 5.0", "3.0, 5.0"); }
      }
      timing () {
        related_pin : "A";
        cell_rise (time) { values ("0.02, 0.04", "0.02, 0.04"); }
        cell_fall (time) { values ("0.04, 0.06", "0.04, 0.06"); }
      }
    }
  }
  cell (DFF) {
    area : 6.0; cell_leakage_power : 10.0;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; capacitance : 2.0; }
    pin (CK) {
      direction : input; clock : true; capacitance : 1.0;
      internal_power () {
        rise_power (hidden) { values ("4.0, 4.0") }
        fall_power (hidden) { values ("2.0, 2.0"); }
      }
    }
    pin (Q) { direction : output; function : "IQ"; }
  }
  cell (GATE) {
    area : 3.0; cell_leakage_power : 5.0; clock_gating_integrated_cell : "latch_posedge";
    pin (CK) { direction : input; clock_gate_clock_pin : true; clock : true; capacitance : 1.0; }
    pin (E) { direction : input; clock_gate_enable_pin : true; capacitance : 1.0; }
    pin (GCK) { direction : output; clock_gate_out_pin : true; state_function : "IQ & CK"; }
  }
  cell (FA) {
    area : 4.0; cell_leakage_power : 9.0;
    pin (A) { direction : input; capacitance : 1.0; }
    pin (B) { direction : input; capacitance : 1.0; }
    pin (CI) { direction : input; capacitance : 1.0; }
    pin (CO) { direction : output; function : "((A * B) + (CI * (A + B)))"; }
    pin (S) { direction : output; function : "CI ^ A ^ B"; }
  }
}
"""

MACRO = """
library (ram) {{
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; nom_voltage : 2.0;
  capacitive_load_unit (1, ff);
  cell ({name}) {{
    area : {area}; cell_leakage_power : {leakage};
    memory () {{ type : ram; address_width : {address}; word_width : {width}; }}
    pin (clk) {{
      direction : input; clock : true; capacitance : 25.0;
      internal_power () {{
        rise_power (scalar) {{ values ("{energy}") }}
        fall_power (scalar) {{ values ("{energy}") }}
      }}
    }}
  }}
}}
"""


def macro(name="ram16x8", *, area=100.0, leakage=50.0, address=4, width=8, energy=500.0) -> str:
    """Return a Liberty file of one macro: words as a power of two, bits, and fJ of an edge of its clock."""
    return MACRO.format(name=name, area=area, leakage=leakage, address=address, width=width, energy=energy)
