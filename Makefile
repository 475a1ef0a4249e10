# Rebond — « make help » dit ce que fait chaque cible. Il ne faut que Python 3.11 ou plus, et make.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV ?= .venv
OUT ?= out/demo
PORT ?= 8000
SERVE ?= 1
PYTEST_ARGS ?=
FUZZ_ARGS ?=
PYTEST_WORKERS ?= 2
UV_VERSION := 0.13.9

# Le premier Python 3.11 ou plus qui fonctionne ; « make PY=/chemin/python » impose le sien.
CHECK_PY := import sys; raise SystemExit(sys.version_info < (3, 11))
ifndef PY
PY := $(shell for p in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	if "$$p" -c '$(CHECK_PY)' >/dev/null 2>&1; then echo "$$p"; break; fi; done)
endif

BIN := $(VENV)/bin
UV := .outils/bin/uv
# uv ne lit pas pip.conf : certificats du système, aucun Python téléchargé, un seul environnement.
UV_RUN := env -u VIRTUAL_ENV UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_PROJECT_ENVIRONMENT=$(VENV) $(UV)

.PHONY: help demo test lint style format bench fuzz coverage catalogue clean distclean python

help: ## Affiche cette aide
	@echo "Rebond — commandes disponibles :"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Variables : OUT=$(OUT)  PORT=$(PORT)  SERVE=1|0  PYTEST_ARGS=\"-k mot\"  PY=python3.11"

demo: $(VENV)/.prod ## Joue la mission entière sur le territoire d’exemple, puis ouvre le site (SERVE=0 : sans le site)
	@scripts/paquets-systeme documents
	@echo "Mission d’exemple dans $(OUT) …"
	@$(BIN)/rebond demo --out "$(OUT)" --port "$(PORT)" $(if $(filter 0 non no false,$(SERVE)),--no-serve,--serve)
	@echo "Démonstration terminée : les résultats sont dans $(OUT)."

test: $(VENV)/.dev ## Vérifie tout : style, imports, types, puis tous les tests (PYTEST_ARGS="…")
	@scripts/paquets-systeme documents tests
	@$(MAKE) style
	@echo "Tests (pytest, $(PYTEST_WORKERS) processus) ; types (mypy) en même temps, dits à la fin …"
	@said=$$(mktemp); $(BIN)/mypy >"$$said" 2>&1 & mypy=$$!; \
	trap 'kill $$mypy 2>/dev/null || true; rm -f "$$said"' EXIT; \
	tests=0; $(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(PYTEST_ARGS) || tests=$$?; \
	types=0; wait $$mypy || types=$$?; \
	echo "Types (mypy) :"; cat "$$said"; \
	if [ $$tests -ne 0 ]; then exit $$tests; fi; exit $$types

lint: style ## Vérifie le style, l’ordre des imports et les types, sans lancer les tests
	@echo "Types (mypy) …"
	@$(BIN)/mypy
	@echo "Style, imports et types : rien à redire."

style: $(VENV)/.dev
	@echo "Style (ruff) …"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@echo "Ordre des imports (import-linter) …"
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev ## Met le code en forme et corrige ce qui peut l’être
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format --quiet
	@echo "Code mis en forme."

bench: $(VENV)/.dev ## Mesure les temps de calcul (banc d’essai)
	@echo "Banc d’essai …"
	@$(BIN)/python -m bench
	@echo "Banc d’essai terminé."

fuzz: $(VENV)/.dev ## Éprouve les entrées : fichiers hostiles et 20 000 mutations (FUZZ_ARGS="--seed 1 --count 500")
	@echo "Fichiers hostiles et mutations …"
	@$(BIN)/python -m tests.hostile.fuzz $(FUZZ_ARGS)
	@echo "Entrées éprouvées : rien à redire."

coverage: $(VENV)/.dev ## Lance les tests en mesurant ce qu’ils couvrent (un seul processus)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(PYTEST_ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

catalogue: $(VENV)/.prod ## Contrôle les fichiers du catalogue (dispositifs, régimes, zonages)
	@$(BIN)/rebond catalogue check
	@echo "Catalogue contrôlé."

clean: ## Efface résultats et caches (garde l’environnement Python)
	@rm -rf out build dist htmlcov staticfiles test-results mutants .coverage .coverage.* \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . \( -path ./$(VENV) -o -path ./.outils -o -path ./.git \) -prune -o -type d -name __pycache__ -exec rm -rf {} +
	@echo "Nettoyé."

distclean: clean ## Efface aussi l’environnement Python et les outils
	@rm -rf $(VENV) .outils
	@echo "Environnement effacé."

# ---- Installation. Les témoins .prod et .dev évitent de recommencer tant que uv.lock n’a pas changé.

python:
	@if [ -z "$(PY)" ] || ! "$(PY)" -c '$(CHECK_PY)' >/dev/null 2>&1; then \
		echo "Rebond demande Python 3.11 ou plus, qui n’a pas été trouvé$(if $(PY), sous le nom « $(PY) »)." >&2; \
		echo "Installez-le (Debian 12 : apt-get install python3 python3-venv) ou indiquez-le : make PY=/chemin/python3.11 …" >&2; \
		exit 1; \
	fi

$(UV): | python
	@scripts/outils "$(PY)" "$(UV_VERSION)"

# --inexact : l’installation de production ne retire pas les outils de test déjà présents.
$(VENV)/.prod: pyproject.toml uv.lock | $(UV)
	@echo "Installation de Rebond dans $(VENV) (une minute au plus) …"
	@$(UV_RUN) sync --frozen --no-dev --inexact --quiet --python "$(PY)"
	@touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(UV)
	@echo "Installation de Rebond et des outils de test dans $(VENV) (une minute au plus) …"
	@$(UV_RUN) sync --frozen --group dev --inexact --quiet --python "$(PY)"
	@touch $(VENV)/.prod $@
