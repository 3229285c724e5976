"""Two tiers of tests: ``make test`` leaves out what takes long, and ``make test-all`` leaves out nothing.

``python -m tests.tiers LOG`` reads what a run with ``--durations=0`` has printed, and says how long either
tier took, and which tests of the short one took longest.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

__all__ = ["COLLECTED", "LONG", "PARTS", "SHORT", "durations", "is_long", "main", "matches"]

#: Where the names of all tests of a run are kept, those that are left out included.
COLLECTED = pytest.StashKey[list[str]]()

#: Tests that take long, as pytest names them; ``*`` stands for anything.
LONG = (
    "tests/bench_peers/test_text.py::test_todays_text_*",
    "tests/bench_peers/peers/test_environment.py::test_a_peer_that_cannot_be_installed_says_why",
    "tests/bench_peers/test_examples.py::test_a_file_gets_right_*",
    "tests/bench_peers/test_examples.py::test_every_file_*",
    "tests/bench_peers/test_examples.py::test_what_is_folded_*",
    "tests/bench_peers/test_prepared.py::test_no_way_*",
    "tests/bench_peers/test_area.py::test_statistics_are_kept_for_the_same_verilog_alone",
    "tests/bench_peers/test_walk.py::test_a_walk_enters_files_*",
    "tests/boards/test_top.py::test_every_board_gets_a_netlist_*",
    "tests/boards/test_top.py::test_a_pattern_gets_lights_*",
    "tests/boards/test_top.py::test_loaded_weights_go_to_single_port_ram",
    "tests/boards/test_top.py::test_the_mapped_netlist_of_a_*",
    "tests/cards/test_spiking.py::test_what_events_and_stopping_save_is_simulated",
    "tests/cli/test_commands.py::test_a_closed_output_*",
    "tests/cli/test_data.py::test_a_series_goes_from_an_array_*",
    "tests/deliver/test_bench.py::test_every_form_passes_in_icarus*",
    "tests/deliver/test_bench.py::test_it_passes_in_verilator_*",
    "tests/deliver/test_bench.py::test_a_bit_of_the_*",
    "tests/deliver/test_driver_bus.py::test_it_loads_*",
    "tests/deliver/test_trial.py::test_the_bench_of_a_shipped_model_*",
    "tests/deliver/test_fusesoc.py::test_fusesoc_lints_it*",
    "tests/deliver/test_litex.py::test_a_system_*",
    "tests/documents/test_examples.py::test_a_command_runs_*own-data*",
    "tests/documents/test_examples.py::test_the_template_answers_*",
    "tests/documents/test_results.py::test_a_card_is_of_the_network_and_the_hardware_of_today*",
    "tests/documents/test_results.py::test_our_rows_of_the_bench_*",
    "tests/documents/test_results.py::test_the_table_of_boards_is_that_of_the_builds_*",
    "tests/documents/test_results.py::test_the_table_of_patterns_is_that_of_the_builds_*",
    "tests/documents/test_tutorial.py::*",
    "tests/explore/test_plot.py::test_the_same_results_give_the_same_picture_*",
    "tests/explore/test_run.py::test_a_sweep_that_is_killed_*",
    "tests/explore/test_sweep_flow.py::test_a_sweep_file_becomes_*",
    "tests/explore/test_worker.py::test_a_point_is_trained_*",
    "tests/explore/test_worker.py::test_hardware_that_is_wrong_*",
    "tests/faults/test_hunt.py::*",
    "tests/flows/asic/test_fakeram.py::test_every_score_is_equal_with_tables_in_macros*",
    "tests/flows/asic/test_orfs.py::*[ram]",
    "tests/flows/asic/test_orfs.py::test_spiking_verilog_*",
    "tests/flows/test_gates.py::*[ram]",
    "tests/flows/test_gates.py::test_memories_become_registers_when_that_is_asked*",
    "tests/flows/test_gates.py::test_nothing_is_unknown_once_a_netlist_has_been_reset*",
    "tests/flows/test_gates.py::test_registers_that_hold_*",
    "tests/flows/test_icarus.py::*[continuous-count-*",
    "tests/flows/test_icarus.py::*[continuous-membrane-dither-events-*",
    "tests/flows/test_icarus.py::*[discontinuous-membrane-*",
    "tests/flows/test_icarus.py::*[ram]",
    "tests/flows/test_icarus.py::test_a_relative_folder_*",
    "tests/flows/test_icarus.py::test_a_wrong_corner_case_*",
    "tests/flows/test_icarus.py::test_a_wrong_score_is_found*",
    "tests/flows/test_icarus.py::test_spikes_in_either_form_*",
    "tests/flows/test_verilator.py::*[continuous-count-*",
    "tests/flows/test_verilator.py::*[continuous-membrane-dither-events-*",
    "tests/flows/test_verilator.py::*[discontinuous-membrane-*",
    "tests/flows/test_verilator.py::*lint[ram]",
    "tests/flows/test_verilator.py::test_folders_may_have_spaces_*",
    "tests/flows/test_verilator.py::test_no_program_called_python_*",
    "tests/flows/test_yosys.py::*[ram]",
    "tests/flows/test_yosys.py::test_area_is_reported_without_any_multiplier*",
    "tests/flows/test_yosys.py::test_standard_cells_are_counted_*",
    "tests/fuzz/test_line.py::test_a_browser_that_goes_away_*",
    "tests/interop/test_prove.py::test_whatever_of_many_*",
    "tests/page/test_page.py::test_nothing_is_wider_than_the_screen[*0]",
    "tests/rtl/common/test_mac_array.py::*-0.5]",
    "tests/rtl/common/test_packer.py::*-0.5]",
    "tests/rtl/common/test_score_drain.py::*-0.5]",
    "tests/rtl/conv/test_window_array.py::test_windows_of_a_lit_image_*",
    "tests/rtl/bus/test_top.py::test_settings_go_with_the_image_*[pixels-*]",
    "tests/rtl/dnn/test_top.py::test_new_tables_wait_*",
    "tests/rtl/dnn/test_top.py::test_verilog_behind_axi_streams_*",
    "tests/rtl/fpga/pattern/test_top.py::test_a_result_that_is_lost_*",
    "tests/rtl/fpga/pattern/test_top.py::test_a_weight_that_is_flipped_*",
    "tests/rtl/fpga/pattern/test_top.py::test_one_wrong_bit_*",
    "tests/rtl/fpga/test_bridge.py::test_tables_come_in_pieces_*",
    "tests/rtl/fpga/test_emit.py::*",
    "tests/rtl/fpga/test_receiver.py::*",
    "tests/rtl/fpga/test_top.py::test_a_spiking_network_takes_*",
    "tests/rtl/fpga/test_top.py::test_no_fault_on_the_line_*",
    "tests/rtl/fpga/test_top.py::test_verilog_answers_over_its_pins",
    "tests/rtl/snn/test_engine.py::test_a_clock_driven_engine_*",
    "tests/rtl/snn/test_engine.py::test_every_spike_of_every_layer_*",
    "tests/rtl/snn/test_engine.py::test_overhead_is_a_few_cycles_*",
    "tests/rtl/snn/test_top.py::test_a_malformed_sample_*[fault2-*",
    "tests/rtl/snn/test_top.py::test_new_tables_wait_*",
    "tests/rtl/snn/test_top.py::test_random_networks_equal_the_equations",
    "tests/rtl/snn/test_top.py::test_random_readouts_*",
    "tests/rtl/snn/test_top.py::test_the_length_of_a_run_*",
    "tests/rtl/test_emit.py::*[ram]",
    "tests/rtl/test_emit.py::test_the_load_frame_*",
    "tests/rtl/test_emit.py::test_unrolled_hardware_*",
    "tests/rtl/test_fingerprint.py::test_every_option_*",
    "tests/rtl/test_macros.py::test_small_tables_*",
    "tests/rtl/test_manifest.py::test_a_manifest_survives_its_file*",
    "tests/rtl/test_manifest.py::test_the_ports_are_those_of_the_verilog*",
    "tests/rtl/test_verilog.py::*",
    "tests/rtl/text/test_reserved.py::test_every_reserved_word_*",
    "tests/rtl/text/test_design.py::test_a_network_behind_two_wires_*",
    "tests/rtl/text/test_design.py::test_every_form_is_proven[conv_*",
    "tests/rtl/text/test_design.py::test_every_form_is_proven[events]",
    "tests/rtl/text/test_design.py::test_every_form_is_proven[folded_*",
    "tests/rtl/text/test_design.py::test_every_form_is_proven[spiking_*",
    "tests/rtl/text/test_design.py::test_tables_in_macros_*",
    "tests/rtl/unrolled/test_engine.py::test_an_image_takes_as_long_*",
    "tests/rtl/unrolled/test_engine.py::test_verilog_behind_axi_streams_*[0.4]",
    "tests/rtl/unrolled/test_top.py::test_verilog_behind_axi_streams_*[4-7]",
    "tests/sim/test_bench_bus.py::*[rom]",
    "tests/sim/test_formal.py::test_the_proofs_that_take_seconds_hold_and_catch_their_faults",
    "tests/steps/board/test_counters.py::test_the_device_is_simulated_*",
    "tests/steps/board/test_demo.py::test_a_simulated_device_answers_a_drawing",
    "tests/steps/test_pace.py::test_what_is_expected_of_spikes_*",
    "tests/steps/board/test_demo.py::test_digits_that_are_drawn_*",
    "tests/steps/board/test_virtual_board.py::*",
    "tests/steps/test_asic.py::*",
    "tests/steps/test_given.py::test_hardware_equals_the_golden_model_on_random_samples",
    "tests/steps/test_hardware_file.py::test_hardware_is_built_*",
    "tests/steps/test_compare_hardware.py::test_all_three_forms_*",
    "tests/steps/test_importing.py::test_averages_in_hardware_*[channels last]",
    "tests/steps/test_importing.py::test_averages_in_hardware_*[enlarged]",
    "tests/steps/test_importing.py::test_averages_in_hardware_*[matrix]",
    "tests/steps/test_importing.py::test_averages_in_hardware_*[pads]",
    "tests/steps/test_importing.py::test_averages_in_hardware_*[ties]",
    "tests/steps/test_importing_spikes.py::test_a_current_that_lasts_*",
    "tests/steps/test_fpga.py::test_a_faster_link_*",
    "tests/steps/test_fpga.py::test_a_model_is_built_as_its_*",
    "tests/steps/test_fpga.py::test_a_small_model_really_becomes_a_bitstream*",
    "tests/steps/test_fpga.py::test_measured_cycles_give_images_per_second",
    "tests/steps/test_fpga.py::test_the_fingerprint_of_a_build_*",
    "tests/steps/test_gate_level.py::*",
    "tests/steps/test_mapping.py::test_cells_and_the_files_*",
    "tests/steps/test_origin.py::test_images_may_be_mere_stimuli_and_are_called_so",
    "tests/steps/test_power.py::test_an_unrolled_network_has_no_memories",
    "tests/steps/test_power.py::test_energy_grows_with_the_timesteps",
    "tests/steps/test_power.py::test_images_through_the_netlist_*",
    "tests/steps/test_power.py::test_what_it_needs_is_said",
    "tests/steps/test_power.py::test_without_macros_memories_are_registers",
    "tests/steps/test_simulation.py::test_a_clock_driven_engine_gives_the_same_scores_in_more_cycles",
    "tests/steps/test_simulation.py::test_a_spiking_network_of_pixels_is_played_and_compared",
    "tests/steps/test_simulation.py::test_events_and_recordings_are_played_and_compared",
    "tests/steps/test_simulation.py::test_unrolled_networks_that_spike_*",
    "tests/steps/test_simulation.py::test_spikes_that_are_drawn_enter_as_events",
    "tests/steps/test_simulation.py::test_two_runs_at_once_each_play_their_own_hardware",
    "tests/steps/test_simulation.py::test_what_lies_in_a_working_folder_*",
    "tests/steps/test_trace.py::*[ram]",
    "tests/test_shipped.py::*[verilator]",
    "tests/test_shipped.py::test_a_source_distribution_is_complete",
    "tests/test_tiers.py::test_both_tiers_together_*",
    "tests/train/test_conv.py::test_a_network_of_them_learns",
    "tests/train/test_loop.py::test_a_resumed_run_*",
    "tests/train/test_loop.py::test_a_small_network_learns",
)

#: What stays in the short tier all the same, so that each part has a test there.
SHORT = (
    "tests/cli/test_commands.py::test_a_closed_output_is_no_failure[>&-]",
    "tests/deliver/test_bench.py::test_a_bit_of_the_results_that_differs_is_named[rom]",
    "tests/deliver/test_bench.py::test_every_form_passes_in_icarus[axi_lite]",
    "tests/deliver/test_bench.py::test_every_form_passes_in_icarus[pixels]",
    "tests/deliver/test_bench.py::test_every_form_passes_in_icarus[rom]",
    "tests/deliver/test_bench.py::test_every_form_passes_in_icarus[unrolled]",
    "tests/deliver/test_driver_bus.py::test_it_loads_*[axi_lite]",
    "tests/documents/test_results.py::test_a_card_is_of_the_network_and_the_hardware_of_today[mnist_3b_8x]",
    "tests/faults/test_hunt.py::test_each_fault_is_caught[black words fire]",
    "tests/faults/test_hunt.py::test_each_fault_is_caught[no clamp at zero]",
    "tests/faults/test_hunt.py::test_each_fault_is_caught[the last of a square wins]",
    "tests/faults/test_hunt.py::test_each_fault_is_caught[the sign of a digit is ignored]",
    "tests/flows/test_gates.py::test_nothing_is_unknown_once_a_netlist_has_been_reset[dense-False-]",
    "tests/flows/test_yosys.py::test_area_is_reported_without_any_multiplier[rom-generic]",
    "tests/page/test_page.py::test_nothing_is_wider_than_the_screen[390]",
    "tests/rtl/dnn/test_top.py::test_verilog_behind_axi_streams_equals_the_equations[small-rom0]",
    "tests/rtl/fpga/test_top.py::test_no_fault_on_the_line_*[flipped-0]",
)

#: The parts, each with tests of the short tier that touch it.
PARTS = {
    "Icarus, under cocotb": "tests/flows/test_icarus.py::test_every_score_is_equal_under_cocotb[rom]",
    "Verilator": "tests/flows/test_verilator.py::test_every_score_is_equal[rom-1-0.0]",
    "gates with delays": "tests/flows/test_timed.py::test_every_transition_is_counted_once_images_run",
    "Amaranth's simulator": "tests/rtl/dnn/test_top.py::test_random_networks_equal_the_equations",
    "dense, tables loaded": "tests/flows/test_verilator.py::test_every_score_is_equal[ram-1-0.0]",
    "unrolled": "tests/rtl/unrolled/test_engine.py::test_random_networks_equal_the_equations",
    "convolutions": "tests/rtl/dnn/test_top.py::test_random_convolutions_equal_the_equations",
    "a convolution that is played": "tests/steps/test_simulation.py::test_a_convolution_is_played_*",
    "spiking, pixels": "tests/flows/test_verilator.py::*[continuous-membrane-dither-auto-False-rom-0.0-1]",
    "spiking, events": "tests/flows/test_verilator.py::*[discontinuous-count-dither-events-False-rom-0.0-1]",
    "a simulated device": "tests/flows/test_simulated.py::test_a_device_classifies_as_the_golden_model",
    "training": "tests/train/test_run.py::*",
    "Yosys": "tests/flows/test_yosys.py::test_area_is_reported_without_any_multiplier[rom-generic]",
    "cells": "tests/flows/test_gates.py::test_logic_becomes_cells_and_memories_stay[rom]",
    "energy": "tests/power/test_estimate.py::*",
    "proofs": "tests/sim/test_formal.py::test_a_failure_an_unreached_cover_and_a_fault_*",
    "faults": "tests/faults/test_hunt.py::test_each_fault_is_caught*",
    "layout flows": "tests/flows/asic/test_orfs.py::test_dense_verilog_is_systemverilog_too[rom]",
    "bitstreams": "tests/flows/test_fpga.py::test_three_programs_make_a_bitstream",
    "the page in a browser": "tests/page/test_page.py::*",
    "reports in a browser": "tests/report/test_browser.py::*",
    "sweeps": "tests/explore/test_run.py::*",
    "cards": "tests/cards/test_make.py::*",
    "other generators": "tests/bench_peers/test_ours.py::*",
    "malformed input": "tests/fuzz/test_network.py::*",
    "a delivered bench": "tests/deliver/test_bench.py::test_every_form_passes_in_icarus*",
    "a bus": "tests/sim/test_bench_bus.py::*[ram]",
    "the command line": "tests/cli/test_commands.py::*",
    "documents": "tests/documents/test_pages.py::*",
    "the wheel": "tests/test_shipped.py::test_an_own_network_is_simulated*",
}

LINE = re.compile(r"([\d.]+)s (?:call|setup|teardown) +(tests/.*)")


def matches(pattern: str, name: str) -> bool:
    """Return whether a pattern stands for the test of that name."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def is_long(name: str) -> bool:
    """Return whether a test is of the long tier alone."""
    long, short = (any(matches(each, name) for each in patterns) for patterns in (LONG, SHORT))
    return long and not short


def durations(text: str) -> dict[str, float]:
    """Return the seconds of each test, its fixtures included, that pytest has printed."""
    found = defaultdict(float)
    for seconds, name in LINE.findall(text):
        found[name] += float(seconds)
    return dict(found)


def main(log: str) -> None:
    """Print the seconds of both tiers, and the tests of the short one that took longest."""
    found = durations(Path(log).read_text())
    for tier, names in (("short", [name for name in found if not is_long(name)]), ("all", list(found))):
        print(f"{tier}: {sum(found[name] for name in names):.0f} s in {len(names)} tests")
    for name in sorted((name for name in found if not is_long(name)), key=found.get, reverse=True)[:40]:
        print(f"{found[name]:7.1f}  {name}")


if __name__ == "__main__":
    main(sys.argv[1])
