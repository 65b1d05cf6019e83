# Two commands are enough: `make demo` (see it work) and `make test` (prove it works). Both set up what they need.
PYTHON ?= python3.11
VENV := .venv/bin
# Each has a Redis, a PostgreSQL and a Rasa of its own, about 1.5 GB in all.
TEST_PROCESSES ?= 4
# uv does not read pip's settings: hand it the mirror that pip uses, if any.
export UV_DEFAULT_INDEX ?= $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null || echo)
ifeq ($(strip $(UV_DEFAULT_INDEX)),)
unexport UV_DEFAULT_INDEX
endif

.PHONY: demo test check bench train clean
.DEFAULT_GOAL := demo

demo: .venv/.ready
	@$(VENV)/python -m connectors.local demo

test: .venv/.ready
	@$(VENV)/python -m connectors.local prepare-tests
	@$(VENV)/python -m pytest --numprocesses auto --maxprocesses $(TEST_PROCESSES) --dist loadfile

check: .venv/.ready
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports

bench: .venv/.ready
	@$(VENV)/python -m connectors.local prepare-tests
	@$(VENV)/python -m tests.benchmarks

train: .venv/.ready
	@$(VENV)/python -m bot.nlu_environment
	@$(VENV)/python -m bot train

.venv/.ready: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11：请先安装，或用 make PYTHON=/路径/python3.11 指定它在哪里。"; exit 1; }
	@echo "==> 准备 Python 环境 .venv（首次约一分钟）"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON) 不是 Python 3.11：请用 make PYTHON=/路径/python3.11 指定。"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "建不了虚拟环境：Debian/Ubuntu 请先安装 python3.11-venv。"; exit 1; }
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)" || { echo "下载失败：请检查网络或 pip 镜像设置，再运行一次。"; exit 1; }
	@$(VENV)/uv pip sync --python $(VENV)/python --require-hashes requirements.lock || { echo "下载失败：请检查网络或 pip 镜像设置，再运行一次。"; exit 1; }
	@touch $@

clean:
	rm -rf .venv .venv-nlu .data .models reports
