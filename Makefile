# make serve   set all up and serve on http://localhost:5000
# make test    set all up and run the tests
# make check   the linters and type checks
# make bench   what the wall costs, and the service beside its peers (sharp, thumbor, plain Pillow)
# make fuzz    atheris on what reads bytes by itself: FUZZ_SECONDS (60) for each of its targets
# make setup   the set-up alone: Debian packages, .venv, the project and its tools

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
DEBS := $(shell cat Aptfile) python3-venv

.PHONY: serve test check bench fuzz setup clean

serve: $(VENV)/.project
	PATH="$(CURDIR)/$(BIN):$$PATH" exec $$(sed -n 's/^web: //p' Procfile)

test: $(VENV)/.tools
	$(BIN)/pytest -q

check: $(VENV)/.tools
	$(BIN)/pre-commit run --all-files

bench: $(VENV)/.tools $(VENV)/.peers
	$(BIN)/python -m tests.bench.wall
	$(BIN)/python -m tests.bench.prepare
	$(BIN)/python -m tests.bench.against
	$(BIN)/python -m tests.bench.growth tests/bench/growth.svg

# Where atheris has no wheel (it needs libFuzzer to build) the targets are left out. What is found stays in build/fuzz.
FUZZ_SECONDS ?= 60
fuzz: $(VENV)/.tools
	@mkdir -p build/fuzz
	@if $(BIN)/pip install -q --disable-pip-version-check --only-binary atheris -e '.[fuzz]'; then \
	    $(BIN)/python -m tests.fuzz.corpus build/fuzz && for target in sniffing segments channel; do \
	        $(BIN)/python -m tests.fuzz.$$target -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1 \
	            -artifact_prefix=build/fuzz/$$target- build/fuzz/$$target || exit 1; \
	    done; \
	else echo "There is no wheel of atheris for this Python: make fuzz needs Linux and Python 3.11 to 3.13"; fi

setup: $(VENV)/.tools

clean:
	rm -rf $(VENV)

# Which of the Debian packages are missing is asked only when the project is installed anew.
$(VENV)/.project: pyproject.toml Makefile Aptfile
	@if command -v dpkg-query apt-get >/dev/null; then \
	    missing=$$(for deb in $(DEBS); do \
	        dpkg-query -W -f '$${Status}' $$deb 2>/dev/null | grep -q 'ok installed' || echo $$deb; done); \
	    if [ -n "$$missing" ]; then \
	        as_root=$$([ $$(id -u) = 0 ] || echo sudo); \
	        $$as_root apt-get update -q && $$as_root apt-get install -q -y --no-install-recommends $$missing; \
	    fi; \
	else echo "Not a Debian system: install libmagic, exiftool, cairo, libturbojpeg and a font yourself"; fi
	@[ -x $(BIN)/python ] || $(call newest_python) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.tools: $(VENV)/.project
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

# The peers that can be had: sharp where there is npm, thumbor where its wheel builds. The others are left out.
$(VENV)/.peers: $(VENV)/.tools tests/bench/peers/sharp/package.json
	-cd tests/bench/peers/sharp && npm install --silent --no-package-lock --no-audit --no-fund
	-$(BIN)/python -m venv .venv-thumbor && .venv-thumbor/bin/pip install -q --disable-pip-version-check 'thumbor>=7.7' 'setuptools<81'
	@touch $@

# The newest Python from 3.11 on that runs and can make environments (a pyenv shim may be there and not run);
# PYTHON=... overrides.
newest_python = $(or $(PYTHON),$$(for minor in 15 14 13 12 11; do \
    for python in $$(ls -r "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.$$minor.*/bin/python 2>/dev/null) python3.$$minor; do \
        $$python -c 'import ensurepip, venv' 2>/dev/null && echo $$python && exit; done; done))
