# Everything goes through `make install`, which makes .venv; nothing else needs to be there but
# Python >= 3.11 and make. `uv` is used when it is on the machine, and is not needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SERVE ?= 1
PORT ?= 8501
# Threads that spin while they wait make small models many times slower on a busy machine.
export OMP_WAIT_POLICY ?= passive

.PHONY: help install demo test check proof bench lock format clean

help:
	@echo "make demo    set up, make the first film, open the dashboard, make the rest (SERVE=0: make all)"
	@echo "make test    set up, run the tests"
	@echo "make check   lint, types, import contracts"
	@echo "make proof   the long proofs"
	@echo "make bench   measurements side by side, as ratios"
	@echo "make lock    resolve requirements.lock again (needs uv)"

install: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Roundtable needs Python 3.11 or newer; run make PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV); the first time this takes a few minutes, most of them for torch."
	@if command -v uv >/dev/null 2>&1; then \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock && \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --no-build-isolation -e . ; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

demo: install
	@if [ "$(SERVE)" != "0" ]; then $(BIN)/roundtable demo open --port $(PORT); \
		else $(BIN)/roundtable demo build; fi

test: install
	@$(BIN)/python -m pytest -q -m "not proof" -n 2 --dist loadscope

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

proof: install
	@HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -q -m proof

bench: install
	@$(BIN)/python -m evals.validation.bench

format: install
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock:
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--extra evals --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info
