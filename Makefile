# One target per step of the flow; each is a thin view of `accelgen` and sets up what it needs.
#   make rtl MODEL=mnist_3b_8x

MODEL  ?= mnist_3b_8x
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ASIC_VENV := $(VENV)-asic
RUN    := $(BIN)/accelgen
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
ARGS   ?=

# Options that make passes on when they are set: LANES=32 WEIGHTS=ram PIPELINED=1 UNROLLED=1 IMAGES=1000 TARGET=ice40 ...
# Of spiking networks: STREAM=events TIMESTEPS=8 MARGIN=40 EARLY_STOP=1 CLOCK_DRIVEN=1 NMNIST=folder BERNOULLI=seed
BUS_ARGS   := $(if $(BUS),--bus $(BUS))
RTL_ARGS   := $(if $(LANES),--lanes $(LANES)) $(if $(WEIGHTS),--weights $(WEIGHTS)) $(if $(OUT),--out $(OUT)) \
              $(if $(STREAM),--stream $(STREAM)) $(if $(EARLY_STOP),--early-stop) $(if $(CLOCK_DRIVEN),--clock-driven) \
              $(if $(COMPACT),--compact) $(if $(PIPELINED),--pipelined) $(if $(CYCLES),--cycles $(CYCLES)) $(if $(RATE),--rate $(RATE)) \
              $(if $(UNROLLED),--unrolled) $(if $(INTERVAL),--interval $(INTERVAL)) $(if $(STAGES),--stages $(STAGES)) \
              $(if $(SUMS),--sums $(SUMS)) $(if $(TDATA_WIDTH),--tdata-width $(TDATA_WIDTH))
TIME_ARGS  := $(if $(TIMESTEPS),--timesteps $(TIMESTEPS)) $(if $(MARGIN),--margin $(MARGIN)) $(if $(NMNIST),--nmnist $(NMNIST)) \
              $(if $(BERNOULLI),--bernoulli $(BERNOULLI))
DATA_ARGS  := $(if $(DATA),--data $(DATA))
SIM_ARGS   := $(RTL_ARGS) $(DATA_ARGS) $(TIME_ARGS) $(if $(IMAGES),--images $(IMAGES)) $(if $(SIMULATOR),--simulator $(SIMULATOR))
# What `make bitstreams` builds.
BOARDS ?= icebreaker orangecrab tang_nano_20k tang_nano_9k ulx3s_85f
MODELS ?= mnist_3b_8x mnist_snn_di_small
# What `make patterns` builds: model, board, cycles of an image, and the clock in MHz.
PATTERNS ?= mnist_3b_8x:--board:ulx3s_85f:--cycles:200:--clock:50 \
            mnist_conv:--board:ulx3s_85f:--cycles:4000:--clock:50 \
            mnist_snn_ci:--board:ulx3s_85f:--cycles:800:--clock:50 \
            mnist_3b_8x:--board:tang_nano_20k:--cycles:200:--clock:81 \
            mnist_snn_di_small:--board:tang_nano_20k:--cycles:380:--clock:81 \
            digits:--board:tang_nano_20k:--cycles:1000:--clock:81

.PHONY: help rtl info eval train sim synth power asic fpga bitstreams patterns load host card cards energy options tables \
        sweep report choose test test-all check librelane format bench mutate prove docs pages clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

rtl: $(VENV)/.base ## Verilog of MODEL in rtl_out/MODEL (LANES=, WEIGHTS=rom|ram, COMPACT=1, PIPELINED=1, CYCLES=, RATE=images/s, UNROLLED=1, INTERVAL=clocks, STAGES=, SUMS=, OUT=, STREAM=, EARLY_STOP=1, NAME=, ROM=initial|case|hex, BUS=axi-lite|wishbone, CLOCK=MHz, TDATA_WIDTH=, AXI_NAMES=1, MINIMAL=1)
	@$(RUN) rtl $(MODEL) $(RTL_ARGS) $(BUS_ARGS) $(if $(NAME),--name $(NAME)) $(if $(ROM),--rom $(ROM)) \
		$(if $(CLOCK),--clock $(CLOCK)) $(if $(AXI_NAMES),--axi-names) $(if $(MINIMAL),--minimal) $(ARGS)

info: $(VENV)/.base ## layers, compression and stored bits of MODEL
	@$(RUN) info $(MODEL) $(ARGS)

eval: $(VENV)/.base ## accuracy of the integer model on the full test set (DATA=, TIMESTEPS=, MARGIN=, EARLY_STOP=1)
	@$(RUN) eval $(MODEL) $(DATA_ARGS) $(TIME_ARGS) $(if $(EARLY_STOP),--early-stop) $(ARGS)

train: $(VENV)/.train ## train MODEL from its recipe (DATA=)
	@$(RUN) train $(MODEL) $(DATA_ARGS) $(ARGS)

sim: $(VENV)/.sim ## RTL against golden model: one image in cocotb, then all in Verilator (IMAGES=, SIMULATOR=)
	@$(if $(SIMULATOR),,$(RUN) sim $(MODEL) $(RTL_ARGS) $(DATA_ARGS) $(TIME_ARGS) --simulator icarus --images 1)
	@$(RUN) sim $(MODEL) $(SIM_ARGS) $(ARGS)

synth: $(VENV)/.synth ## area by Yosys, for all targets or one (TARGET=generic|ice40|ecp5|gowin, LIBERTY=file)
	@for target in $(if $(LIBERTY),liberty,$(or $(TARGET),generic ice40 ecp5 gowin)); do \
		$(RUN) synth $(MODEL) $(RTL_ARGS) --target $$target $(if $(LIBERTY),--liberty $(LIBERTY)) $(ARGS) || exit; \
	done

power: $(VENV)/.synth $(VENV)/.sim $(VENV)/.timing ## energy of MODEL from a mapped netlist (LIBERTY=cells.lib, MACROS=srams/, CLOCK=MHz, IMAGES=)
	@$(RUN) power $(MODEL) --liberty $(LIBERTY) $(if $(MACROS),--macros $(MACROS)) $(if $(CLOCK),--clock $(CLOCK)) \
		$(if $(IMAGES),--images $(IMAGES)) $(if $(TIMESTEPS),--timesteps $(TIMESTEPS)) $(if $(MARGIN),--margin $(MARGIN)) \
		$(RTL_ARGS) $(DATA_ARGS) $(ARGS)

asic: $(VENV)/.base ## project for a layout flow (FLOW=orfs|librelane, PLATFORM=nangate45|sky130hd, CLOCK=MHz, OUT=)
	@$(RUN) asic $(MODEL) $(if $(FLOW),--flow $(FLOW)) $(if $(PLATFORM),--platform $(PLATFORM)) \
		$(if $(CLOCK),--clock $(CLOCK)) $(RTL_ARGS) $(ARGS)

fpga: $(VENV)/.fpga ## bitstream of MODEL for BOARD, or what fits where (BOARD=ulx3s_85f|icebreaker|..., LANES=, WEIGHTS=, BAUD=, PATTERN=1, PIPELINED=1, CYCLES=, CLOCK=MHz)
	@$(RUN) fpga $(if $(BOARD),$(MODEL) --board $(BOARD),--list) $(RTL_ARGS) $(if $(PATTERN),--pattern) \
		$(if $(CLOCK),--clock $(CLOCK)) $(if $(BAUD),--baud $(BAUD)) $(ARGS)

bitstreams: $(VENV)/.fpga $(VENV)/.report ## slow, 2 to 8 minutes each: a dense and a spiking model for every board, and the table of boards (BOARDS=, MODELS=)
	@for board in $(BOARDS); do for model in $(MODELS); do \
		$(RUN) fpga $$model --board $$board --record $(ARGS) || exit; \
	done; done
	@$(RUN) tables

patterns: $(VENV)/.fpga $(VENV)/.sim $(VENV)/.report ## slow, 5 to 15 minutes each: pipelined networks that play samples of their own, and their table
	@for how in $(PATTERNS); do \
		$(RUN) fpga $$(echo $$how | tr : ' ') --pattern --pipelined --record $(ARGS) || exit; \
	done
	@$(RUN) tables

load: $(VENV)/.fpga ## put the bitstream of MODEL on BOARD, by openFPGALoader (PATTERN=1)
	@$(RUN) load $(MODEL) --board $(BOARD) $(if $(PATTERN),--pattern) $(if $(OUT),--out $(OUT)) $(ARGS)

host: $(VENV)/.fpga $(if $(SIMULATE),$(VENV)/.sim) ## let a board classify with MODEL (PATTERN=1: read its counters, SIMULATE=1: Verilator, DEMO=1: page to draw on, PORT=, IMAGES=, PICTURE=, DATA=)
	@$(RUN) host $(MODEL) $(if $(PORT),--port $(PORT)) $(if $(BAUD),--baud $(BAUD)) \
		$(if $(SIMULATE),--simulate $(if $(BOARD),--board $(BOARD))) $(if $(DEMO),--demo) $(if $(PATTERN),--pattern) \
		$(if $(IMAGES),--images $(IMAGES)) $(if $(PICTURE),--picture $(PICTURE)) \
		$(DATA_ARGS) $(if $(TIMESTEPS),--timesteps $(TIMESTEPS)) $(if $(MARGIN),--margin $(MARGIN)) $(ARGS)

card: $(VENV)/.synth $(VENV)/.sim $(VENV)/.report ## measure MODEL again and write its card
	@$(RUN) card $(MODEL) $(DATA_ARGS) $(ARGS)

cards: $(VENV)/.synth $(VENV)/.sim $(VENV)/.report ## all cards, and the tables of the documents from them; what is of today's hardware stays (FRESH=1: nothing does)
	@$(RUN) card --all $(if $(FRESH),,--stale) $(DATA_ARGS) $(ARGS)

energy: $(VENV)/.synth $(VENV)/.sim $(VENV)/.timing ## energy of all models into their cards (TECHNOLOGY=name LIBERTY=cells.lib MACROS=srams/ FRESH=1)
	@$(RUN) card --all $(if $(FRESH),,--stale) --technology $(TECHNOLOGY) --liberty $(LIBERTY) $(if $(MACROS),--macros $(MACROS)) \
		$(if $(IMAGES),--images $(IMAGES)) $(DATA_ARGS) $(ARGS)

options: $(VENV)/.synth $(VENV)/.sim $(VENV)/.timing ## images a second, LUTs and, with LIBERTY= and MACROS=, energy of every form of hardware of MODEL
	@$(RUN) options $(MODEL) $(if $(LIBERTY),--liberty $(LIBERTY)) $(if $(MACROS),--macros $(MACROS)) \
		$(if $(IMAGES),--images $(IMAGES)) $(DATA_ARGS) $(ARGS)

tables: $(VENV)/.report ## the tables of README and docs again, from the cards that are there
	@$(RUN) tables $(ARGS)

sweep: $(VENV)/.explore ## every point of SWEEP, on WORKERS processes or at SCHEDULER; then its page and its table in the docs (RETRY=1)
	@$(RUN) sweep $(or $(SWEEP),sweeps/mnist_grid.toml) $(if $(WORKERS),--workers $(WORKERS)) \
		$(if $(SCHEDULER),--scheduler $(SCHEDULER)) $(if $(RETRY),--retry) $(if $(OUT),--out $(OUT)) $(DATA_ARGS) $(ARGS)

report: $(VENV)/.report ## MODEL, or the results of SWEEP, as one HTML page (SWEEP=sweeps/mnist_grid)
	@$(if $(SWEEP),test -e $(VENV)/.explore || $(MAKE) $(VENV)/.explore)
	@$(RUN) report $(or $(SWEEP),$(MODEL)) $(DATA_ARGS) $(if $(OUT),--out $(OUT)) $(ARGS)

choose: $(VENV)/.explore ## what to build for a budget (ACCURACY=98.4 MAX_NJ=5 MAX_LUTS=5000 SWEEP=)
	@$(RUN) choose $(SWEEP) $(if $(ACCURACY),--accuracy $(ACCURACY)) $(if $(MAX_NJ),--max-nj $(MAX_NJ)) \
		$(if $(MAX_LUTS),--max-luts $(MAX_LUTS)) $(ARGS)

test: check ## formatting, lint, imports, types, and the tests that take seconds each: all parts, in about 6 minutes on two cores
	$(BIN)/pytest --numprocesses auto --dist worksteal --durations 15 -m "not long" $(ARGS)

test-all: check ## the same, and every test
	$(BIN)/pytest --numprocesses auto --dist worksteal --durations 15 $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

librelane: $(ASIC_VENV)/.done ## LibreLane's own word on the configurations written for it, in an environment of its own
	$(ASIC_VENV)/bin/python -m pytest tests/flows/asic/test_librelane.py $(ARGS)

format: $(VENV)/.test ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

mutate: $(VENV)/.test ## put faults into the hardware and show that each is caught
	$(BIN)/python -m tests.faults

prove: $(VENV)/.prove ## prove what is said of the hardware, bounded or for ever, and that each proof catches a fault (ARGS="--short", "--json")
	@$(BIN)/python -m sim.formal $(ARGS)

bench: $(VENV)/.synth $(VENV)/.sim ## ours against da4ml, alkaid and NNgen: the same networks, the same Yosys, and the tables of docs/benchmark.md (ARGS="--network ... --ours")
	@$(BIN)/python -m bench --record $(ARGS)

docs: $(VENV)/.docs ## these pages and the API reference as a site in build/docs, strictly (ARGS=)
	@$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet --conf-dir docs --doctree-dir build/doctrees . build/docs $(ARGS)
	@echo "build/docs/index.html"

pages: $(VENV)/.sim ## the generated pages again: commands, refusals, the notebook, the waveform
	@$(BIN)/python -m docs.writers $(ARGS)

clean: ## everything that was generated; the environment stays
	rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find rtl_out -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

# --- what each step needs, installed once -----------------------------------------------------------

$(VENV)/.base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "accelgen needs Python 3.11 or later: install it, or name one with PYTHON="; exit 2; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { echo "a virtual environment cannot be made: apt install python3-venv"; exit 2; }
	@echo "setting up $(VENV) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.train: $(VENV)/.base
	@$(PIP) --editable '.[train]'
	@touch $@

$(VENV)/.synth: $(VENV)/.base
	@$(PIP) --editable '.[synth]'
	@touch $@

$(VENV)/.docs: $(VENV)/.base
	@$(PIP) --editable '.[docs]'
	@touch $@

$(VENV)/.prove: $(VENV)/.base
	@$(PIP) --editable '.[prove]'
	@touch $@

$(VENV)/.fpga: $(VENV)/.base
	@$(PIP) --editable '.[fpga]'
	@touch $@

$(VENV)/.sim: $(VENV)/.base
	@sh sim/system_packages.sh
	@$(PIP) --editable '.[sim]'
	@touch $@

$(VENV)/.timing: $(VENV)/.base
	@sh sim/timing_packages.sh
	@touch $@

# LibreLane wants an older click than everything else here.
$(ASIC_VENV)/.done: pyproject.toml
	@$(PYTHON) -m venv $(ASIC_VENV)
	@echo "setting up $(ASIC_VENV) ..."
	@$(ASIC_VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[asic]' hypothesis pytest pytest-timeout
	@touch $@

$(VENV)/.report: $(VENV)/.base
	@$(PIP) --editable '.[report]'
	@touch $@

$(VENV)/.explore: $(VENV)/.base
	@sh sim/system_packages.sh
	@$(PIP) --editable '.[explore]'
	@touch $@ $(VENV)/.train $(VENV)/.synth $(VENV)/.sim $(VENV)/.report

$(VENV)/.test: $(VENV)/.base
	@sh sim/system_packages.sh
	@sh sim/browser_packages.sh
	@$(PIP) --editable '.[test]'
	@touch $@ $(VENV)/.train $(VENV)/.synth $(VENV)/.fpga $(VENV)/.sim $(VENV)/.report $(VENV)/.explore $(VENV)/.prove
