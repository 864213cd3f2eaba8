# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# `make help` lists the targets. Every target makes what it needs by itself, once, and says so while it does.

PYTHON := .venv/bin/python
# processes that run tests; each has an embedded cloud of its own
WORKERS ?= 2
# arguments for pytest or ansible-test
ARGS ?=
# executables that build what the playbooks are tried on
ESTATES ?= tests/estates

# some machines set it: then every start of ansible-playbook, of a module and of the embedded cloud compiles again what
# it imports, which costs more than all that they do
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test lint unit sanity units-ansible-test integration-ansible-test okta-recordings cut many awx crowd bench estate molecule galaxy matrix ee \
        old hosts pages docs \
        pictures lock env \
        debian-packages clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' \
	  | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-26s %s\n' "$$name" "$$text"; done

demo: env ## federate an application on the embedded cloud, prove the login, run again (KEEP=1 leaves the cloud up)
	@$(PYTHON) tools/demo.py

test: env debian-packages ## everything that needs no real account: checks, then all tests
	@$(PYTHON) tools/check.py test -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

lint: env ## ruff, yamllint, shellcheck, changelog, mypy, docs, ansible-lint, ansible-test sanity
	@$(PYTHON) tools/check.py lint

unit: env ## the quick tests
	@$(PYTHON) -m pytest tests/unit $(ARGS)

sanity: env ## all of ansible-test's sanity tests
	@$(PYTHON) tools/ansible_test.py sanity $(ARGS)

units-ansible-test: env ## the unit tests, as ansible-test runs them
	@$(PYTHON) tools/ansible_test.py units $(ARGS)

integration-ansible-test: env ## the targets in tests/integration/targets, as ansible-test runs them
	@$(PYTHON) tools/ansible_test.py integration $(ARGS)

okta-recordings: env ## send recorded Okta traffic (OKTA_RECORDINGS=folder, else ../shared) to the embedded org, compare the answers
	@PYTHONPATH=tests $(PYTHON) tests/contract/okta_replay.py $(OKTA_RECORDINGS)

cut: env ## cut the connection after every single write, and run again (long; `make test` does five of them)
	@$(PYTHON) -m pytest -m cut tests/e2e $(ARGS)

many: env ## twenty applications on one identity, ten writers of each shared object, two first runs at one instant (long)
	@$(PYTHON) -m pytest -m many tests/e2e tests/integration $(ARGS)

crowd: env ## two hundred hosts at forks 50 on one small rate limit of Okta's (long)
	@$(PYTHON) -m pytest -m crowd tests/integration/test_okta_budget.py $(ARGS)

bench: env ## compare the cost with amazon.aws and with plain scripts (about 20 minutes; see docs/speed.md)
	@$(PYTHON) tools/bench $(ARGS)

estate: env ## the playbooks on estates that other clients made (ESTATES=folder takes yours, ARGS=rule1 some; long)
	@$(PYTHON) tools/estate/command.py --workers $(WORKERS) --estates "$(ESTATES)" $(ARGS)

awx: env ## every job template as AWX runs it, and their definitions on a stand-in for AWX's API (long)
	@$(PYTHON) -m pytest -m awx tests/e2e $(ARGS)

molecule: env ## the scenarios in extensions/molecule: SAML, OpenID Connect, many applications; and the documentation's example
	@PATH="$(CURDIR)/.venv/bin:$$PATH" molecule test --all $(ARGS)
	@$(PYTHON) -m pytest -m molecule tests/e2e/test_molecule_example.py

galaxy: env ## build the tarball, have galaxy-importer judge it, install it and run the demonstration (REPOSITORY=its address)
	@$(PYTHON) tools/galaxy.py $(ARGS)

ee: env ## what ansible-builder makes of the collection for an execution environment
	@$(PYTHON) tools/ee.py

matrix: env ## ansible-test on every ansible-core and Python that is supported (ARGS=2.19-3.11 one cell; long)
	@$(PYTHON) tools/matrix.py $(ARGS)

old: ## sanity, the demo, unit tests and both hosts of the modules on the oldest that is supported: Python 3.11, ansible-core 2.19
	@tools/bootstrap old
	@tools/old $(ARGS)

hosts: env ## every module on both hosts, compared (`make test` compares some)
	@$(PYTHON) -m pytest -m hosts tests/integration -n $(WORKERS) --dist loadscope $(ARGS)

pages: env debian-packages ## build the documentation site, look at it (pictures in .build/pages), run every command of its pages
	@QBUSINESS_ARTEFACTS="$(CURDIR)/.build/pages" $(PYTHON) -m pytest -m pages tests/e2e -n $(WORKERS) $(ARGS)

docs: env ## the documentation site, in .build/docs/html
	@$(PYTHON) tools/docs.py

pictures: env debian-packages ## take the pictures of the documentation anew
	@tools/pictures

lock: ## compile requirements/ anew from pyproject.toml and requirements/old.in
	@tools/bootstrap uv
	@tools/lock

env: ## make or update .venv (every target above does)
	@tools/bootstrap dev

debian-packages: ## install the browser, the signature verifier and valgrind, which the tests use (`make test` does)
	@tools/debian-packages

clean: ## remove everything that make made
	rm -rf .venv .venv-old .uv .build .mypy_cache .pytest_cache .ruff_cache .hypothesis collections
