# Two commands do everything: `make run` and `make test`. Both set up .venv from the hashed locks first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test prove install lint types format bench sample docs lock clean

run: .venv/run.stamp  ## set up, then backtest the default study on the packaged sample
	$(BIN)/eventfolio run

test: .venv/dev.stamp  ## set up, then lint, types and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses logical --dist worksteal

prove: .venv/dev.stamp  ## what `make test` leaves to it: every random market, the slow proofs (tests/conftest.py lists them)
	$(BIN)/pytest --numprocesses logical --dist worksteal --prove

install: .venv/run.stamp  ## only set up

.venv/run.stamp: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("eventfolio needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

lint: .venv/dev.stamp
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

.venv/bench.stamp: .venv/dev.stamp requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	touch $@

bench: .venv/bench.stamp  ## measure what docs/speed.md quotes, the peers side by side; keep the medians, draw their trend
	$(BIN)/python tests/benchmarks/speed.py
	$(BIN)/python tests/benchmarks/scaling.py
	$(BIN)/python tests/benchmarks/parity.py 1000
	$(BIN)/python tests/benchmarks/command_line.py
	$(BIN)/python tests/benchmarks/loading.py
	$(BIN)/python tests/benchmarks/market_rules.py
	$(BIN)/python tests/benchmarks/cluster.py
	$(BIN)/python tests/benchmarks/history.py

sample: .venv/run.stamp  ## simulate the packaged sample market anew (the same bytes)
	$(BIN)/python -m tools.sample_prices.simulate

docs: .venv/dev.stamp  ## the pages of docs/ as a site: build/docs/index.html
	$(BIN)/sphinx-build -W --keep-going -q docs build/docs

UV_COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock:  ## needs uv; hashes only, no addresses
	echo 'setuptools>=77' | $(UV_COMPILE) pyproject.toml - -o requirements.lock
	echo 'setuptools>=77' | $(UV_COMPILE) pyproject.toml - --extra dev --extra docs -c requirements.lock -o requirements-dev.lock
	echo 'setuptools>=77' | $(UV_COMPILE) pyproject.toml - --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
