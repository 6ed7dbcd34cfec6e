# `make demo` and `make test` are the two commands of the README; both make the environment first.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
QUERY ?= dai hoi chi bo khu 5b

.PHONY: demo serve test check format clean

$(BIN)/searchengine: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(BIN)/searchengine
	$(BIN)/searchengine index seeds
	$(BIN)/searchengine search $(QUERY)

serve: $(BIN)/searchengine
	$(BIN)/searchengine index seeds
	$(BIN)/searchengine serve

test: $(BIN)/searchengine check
	$(BIN)/python -m pytest

check: $(BIN)/searchengine
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(BIN)/searchengine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
