from dataclasses import replace
from pathlib import Path

import pytest

from accelgen import steps
from accelgen.cards.energy import Technology, affordable, measured_energy
from accelgen.errors import InvalidRequest
from accelgen.steps.power import LayerCost
from tests.stand_ins import overview
from tests.steps.answers import manifest, power_estimate, slowest_path

FOUND = power_estimate(
    manifest=replace(manifest(weights="ram"), lanes=32),
    nj_per_classification=3.0,
    dynamic_nj={"mac": 1.0, "memory": 1.23456},
    leakage_nj={"logic": 0.5, "memory": 0.25},
    area_um2={"logic": 1000.0, "memory": 500.0},
    memory_bits=4096,
    cycles=7.5,
    timing=slowest_path(),
    clock_mhz=500.0,
    layers=(LayerCost("dense1", 5.0, 2.0), LayerCost("none", 2.5, 1.0)),
)


@pytest.fixture
def asked(monkeypatch):
    """What `steps.power` was asked for."""
    found = {}

    def power(model, liberty, **options):
        found.update(options, model=model)
        built = FOUND.manifest if "lanes" in options else manifest(unrolled=True)
        energies = (1.0, 2.0, 3.0) if options["by_timestep"] else ()
        return replace(FOUND, manifest=built, images=options["images"], by_timestep=energies)

    monkeypatch.setattr(steps, "power", power)
    monkeypatch.setattr(
        steps, "info", lambda model: overview(kind="spiking" if model == "spiky" else "dense")
    )
    monkeypatch.setattr(steps, "unrolled", lambda model: model == "flat")
    return found


def measured(model, **options):
    technology = Technology("tech", Path("far/cells.lib"), **options)
    return {figure.name: figure for figure in measured_energy(model, technology, None, lambda line: None)}


def test_every_part_is_a_figure_with_its_conditions(asked):
    figures = measured("folded", macros=[Path("srams")])
    assert asked["lanes"] == 64 and asked["weights"] == "ram" and asked["images"] == 100
    values = {name: figure.value for name, figure in figures.items()}
    assert values["tech_energy"] == 3.0 and values["tech_energy_memory"] == 1.235
    assert values["tech_area"] == 1500 and values["tech_fmax"] == 612.3 and values["tech_memory"] == 4096
    assert values["tech_energy_while_dense1"] == 2.0 and values["tech_energy_while_none"] == 1.0
    whole = figures["tech_energy"]
    assert whole.conditions["clock"] == "500 MHz" and whole.conditions["form"] == "32 lanes, tables in ram"
    assert whole.command == (
        "accelgen power folded --liberty cells.lib --macros SRAMS --lanes 64 --weights ram --images 100"
    )


@pytest.mark.parametrize(("cycles", "images"), [(14, 100), (7_500, 100), (25_000, 30), (388_000, 1)])
def test_an_image_that_takes_long_leaves_room_for_few(cycles, images):
    assert affordable(cycles) == images


def test_as_many_images_are_played_as_were_asked_for(asked):
    figures = measured("folded", images=7)
    assert asked["images"] == 7 and figures["tech_energy"].command.endswith(" --images 7")


def test_what_is_unrolled_stays_so_and_tables_without_macros_are_gates(asked):
    figures = measured("flat", macros=[Path("srams")])
    assert "lanes" not in asked and figures["tech_energy"].conditions["form"] == "unrolled"
    assert figures["tech_energy"].command == "accelgen power flat --liberty cells.lib --images 100"
    measured("folded")
    assert asked["weights"] == "rom"


def test_a_spiking_model_has_its_energy_after_each_timestep(asked):
    figures = measured("spiky")
    assert [figures[f"tech_energy_after_{n}"].value for n in (1, 2)] == [1.0, 2.0]
    assert "tech_energy_after_3" not in figures, "that is the whole"
    assert figures["tech_energy_after_1"].conditions["images"] == "10"
    assert figures["tech_energy_after_1"].command.endswith("--by-timestep 10")


def test_of_few_images_no_more_are_played_by_timestep(asked):
    figures = measured("spiky", images=3)
    assert asked["by_timestep"] == 3
    assert figures["tech_energy_after_1"].conditions["images"] == "3"
    assert figures["tech_energy_after_1"].command.endswith("--images 3 --by-timestep 3")


def test_an_unrolled_model_is_measured_with_an_interval_beside_what_it_is(asked):
    figures = measured("flat", interval=2)
    assert asked["interval"] == 2 and asked["sums"] == "cells" and "lanes" not in asked
    whole = figures["interval2_tech_energy"]
    assert whole.command == "accelgen power flat --liberty cells.lib --interval 2 --sums cells --images 100"
    assert all(name.startswith("interval2_tech_") for name in figures)


def test_an_interval_is_of_unrolled_models(asked):
    with pytest.raises(InvalidRequest, match="interval: is of unrolled models, and folded is none"):
        measured("folded", interval=1)
