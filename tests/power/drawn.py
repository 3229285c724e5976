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

# The syntax of a real 130 nm macro: conditions in quotes, attributes without semicolons, prices of bits in a
# bus, and a second clock for tests. 1 pF and 2 V: a pin of 1 pF takes 2 pJ a change.
ENABLED = """
library (ram) {
  time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW"; nom_voltage : 2.0;
  capacitive_load_unit (1, pf);
  cell (ram) {
    area : 100.0;
    memory () { type : ram; address_width : 4; word_width : 8; }
    pin (BIST_CLK) { direction : input; clock : "true"; capacitance : 0.001;
      internal_power () { rise_power ("scalar") { values (777); } fall_power ("scalar") { values (777); } } }
    bus (ADDR) { bus_type : A_3_0; direction : input; capacitance : 0.5;
      pin (ADDR[0]) { capacitance : 0.4; }
      pin (ADDR[3:0]) {
        internal_power () { when : "MEN";
          rise_power ("scalar") { values (0.4); } fall_power ("scalar") { values (0.2); } }
        internal_power () { when : "!MEN";
          rise_power ("scalar") { values (0.2); } fall_power ("scalar") { values (0.0); } }
      }
      timing () {
        timing_type     : setup_rising;
        related_pin     : "CLK";
        when            : "((WEN | REN)& MEN)"
        sdf_cond        : "RW_ACCESS"

        rise_constraint ("check") { values ("-0.4, 0.1", "-0.3, 0.2"); }
      }
    }
    pin (WEN) { direction : input; capacitance : 0.0;
      internal_power () { rise_power ("scalar") { values (0.5); } fall_power ("scalar") { values (0.1); } } }
    pin (REN) { direction : input; capacitance : 0.0; }
    pin (MEN) { direction : input; capacitance : 0.5;
      internal_power () { rise_power ("scalar") { values (3.0); } fall_power ("scalar") { values (1.0); } }
      timing () { timing_type : setup_rising; rise_constraint ("check") { values ("0.3, 0.9"); } } }
    pin (CLK) { direction : input; clock : "true"; capacitance : 0.25;
      internal_power () { when : "!MEN & !WEN & !REN";
        rise_power ("scalar") { values (0); } fall_power ("scalar") { values (0); } }
      internal_power () { when : "!MEN & (WEN | REN)";
        rise_power ("scalar") { values (4.0); } fall_power ("scalar") { values (0); } }
      internal_power () { when : "MEN & !WEN & !REN";
        rise_power ("scalar") { values (2.0); } fall_power ("scalar") { values (0); } }
      internal_power () { when : "MEN & WEN & !REN";
        rise_power ("scalar") { values (110.0); } fall_power ("scalar") { values (1); } }
      internal_power () { when : "MEN & WEN & REN";
        rise_power ("scalar") { values (118.0); } fall_power ("scalar") { values (0); } }
      internal_power () { when : "MEN & !WEN & REN";
        rise_power ("scalar") { values (90.0); } fall_power ("scalar") { values (0); } } }
    bus (DIN) { bus_type : D_7_0; direction : input; capacitance : 0.0;
      memory_write () { address : ADDR ; clocked_on : CLK; }
      pin (DIN[7:0]) { internal_power () { when : "MEN";
        rise_power ("scalar") { values (0.3); } fall_power ("scalar") { values (0.1); } } }
      timing () { timing_type : setup_rising; related_pin : "CLK"; when : "(WEN & MEN)"; sdf_cond : "W"; } }
    bus (DOUT) { bus_type : D_7_0; direction : output; memory_read () { address : ADDR ; }
      timing () { related_pin : "CLK"; timing_type : rising_edge;
        cell_rise (scalar) { values ("4.0"); } cell_fall (scalar) { values ("4.4"); } } }
    cell_leakage_power : 50.0;
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
