# `make demo` and `make test` are the two commands of the README; both make the environment first.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
QUERY ?= dai hoi chi bo khu 5b
# What `make test-one` tests: a folder below searchengine/, such as text or pages/rules.
PACKAGE ?= text
# How many nodes of which OpenSearch `make cluster` starts; each such cluster keeps its data.
NODES ?= 1
OPENSEARCH ?= 2.19.6

# What `make test` asks of a server once more, with its indexes on a cluster.
ON_CLUSTER = tests/server/test_api.py tests/server/test_writes.py tests/server/test_one_view.py \
	tests/server/monitoring/test_ready.py tests/server/pages/test_page_fields.py

# What `make coverage` runs: all that tests the language, queries and the engines.
COVERING = tests/text tests/query tests/backends tests/addresses tests/semantic tests/fuzzing \
	tests/test_engine.py tests/test_view_calls.py tests/test_cli_fields.py tests/test_cli_folders.py

.PHONY: demo serve cluster test test-one test-suite coverage check format reference dist clean

$(BIN)/searchengine: pyproject.toml
	@echo "making the environment in $(VENV), once; it takes about half a minute"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: $(BIN)/searchengine
	$(BIN)/searchengine index seeds
	$(BIN)/searchengine search $(QUERY)

serve: $(BIN)/searchengine
	$(BIN)/searchengine index seeds
	$(BIN)/searchengine serve

cluster: $(BIN)/searchengine
	@$(BIN)/python -m tests.cluster run --nodes $(NODES) --version $(OPENSEARCH) \
		--dir build/cluster/$(OPENSEARCH)-$(NODES)

test: $(BIN)/searchengine check
	$(BIN)/python -m pytest --numprocesses auto --ignore=tests/browser
	$(BIN)/python -m pytest tests/browser
	$(BIN)/python -m pytest --numprocesses auto --cluster $(ON_CLUSTER)

test-one: $(BIN)/searchengine
	$(BIN)/python -m pytest tests/$(PACKAGE)

# All but browser and OpenSearch, on all cores: what is run again on each further Python.
test-suite: $(BIN)/searchengine
	$(BIN)/python -m pytest --numprocesses auto --ignore=tests/browser -m 'not opensearch'

# Which lines and branches of these the tests do not reach.
coverage: $(BIN)/searchengine
	rm -rf build/coverage
	$(BIN)/python -m coverage run -m pytest --numprocesses auto --ignore=tests/backends/opensearch/kills $(COVERING)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

check: $(BIN)/searchengine
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests/typed/consumer.py

format: $(BIN)/searchengine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The source distribution, and the wheel that is made from it, in build/dist.
dist: $(BIN)/searchengine
	rm -rf build/dist
	$(BIN)/python -c 'from setuptools import build_meta; build_meta.build_sdist("build/dist")' >/dev/null
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/dist build/dist/*.tar.gz

# What is written from the commands' own help.
reference: $(BIN)/searchengine
	$(BIN)/python -m tests.docs.reference

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache
