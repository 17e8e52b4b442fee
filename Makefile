# Every target is one line; the work is in wufei_public/dev.py, which needs only Python.
# Windows has no make: `python -m wufei_public.dev run` does the same.
PY ?= python3
DEV := $(PY) -m wufei_public.dev

.DEFAULT_GOAL := help
.PHONY: help run demo backup restore test test-long check fix catalogues bench screenshots shell

help: ; @$(DEV) help
run: ; @$(DEV) run
demo: ; @$(DEV) demo
backup: ; @$(DEV) backup
restore: ; @$(DEV) restore
test: ; @$(DEV) test
test-long: ; @$(DEV) test-long
check: ; @$(DEV) check
fix: ; @$(DEV) fix
catalogues: ; @$(DEV) catalogues
bench: ; @$(DEV) bench $(ARGS)
screenshots: ; @$(DEV) screenshots
shell: ; @$(DEV) shell
