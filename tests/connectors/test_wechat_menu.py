"""The menu command: problems all at once and in words, nothing sent unless all is well."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from connectors.wechat.config import DEFAULT_API_BASE, ConfigError, read
from connectors.wechat.menu import MenuError, check, load
from tests.connectors.wechat_account import AES_KEY, APP_ID, SECRET, TOKEN, Api

ROOT = Path(__file__).parents[2]
CLICK = {"name": "帮助", "type": "click", "key": "HELP"}

BROKEN: list[tuple[object, str]] = [
    (None, "list `button`"),
    ([], "list `button`"),
    ({"button": []}, "list `button`"),
    ({"button": {"name": "x"}}, "list `button`"),
    ({"button": [CLICK] * 4}, "4 entries"),
    ({"button": ["帮助"]}, "not a mapping"),
    ({"button": [CLICK | {"name": "一二三四五六"}]}, "name has 18 bytes; 16"),
    ({"button": [CLICK | {"name": " "}]}, "name is missing"),
    ({"button": [CLICK | {"key": "k" * 129}]}, "key has 129 bytes; 128"),
    ({"button": [CLICK | {"key": 5}]}, "key is missing"),
    ({"button": [CLICK | {"type": "clik"}]}, "unknown type 'clik'"),
    ({"button": [{"name": "x", "type": ["click"]}]}, "unknown type"),
    ({"button": [{"name": "x", "type": "view", "url": "https://e/" + "x" * 1020}]}, "url has 1030 bytes; 1024"),
    ({"button": [{"name": "x", "type": "view", "url": "javascript:x"}]}, "must begin with https://"),
    ({"button": [{"name": "x", "type": "miniprogram", "url": "https://e"}]}, "appid is missing"),
    ({"button": [{"name": "x", "sub_button": [CLICK] * 6}]}, "1 to 5 sub-entries"),
    ({"button": [{"name": "x", "sub_button": "y"}]}, "1 to 5 sub-entries"),
    ({"button": [{"name": "x", "sub_button": [CLICK | {"name": "字" * 21}]}]}, "Entry 1.1: name has 63 bytes; 60"),
    ({"button": [{"name": "x", "sub_button": [{"name": "y", "sub_button": [CLICK]}]}]}, "no third level"),
]


@pytest.mark.parametrize(("menu", "problem"), BROKEN)
def test_what_the_platform_would_refuse_is_named(menu: object, problem: str) -> None:
    """Each limit of the platform is a sentence that names the entry."""
    assert any(problem in sentence for sentence in check(menu))


def test_all_problems_are_said_at_once() -> None:
    """A menu with several problems names them all."""
    assert len(list(check({"button": [CLICK | {"name": ""}, CLICK | {"key": ""}, "x"]}))) == 3


@pytest.mark.parametrize("content", [b"button: [", b"\xff\xfe\x00", b"- a"])
def test_unreadable_files_are_problems(tmp_path: Path, content: bytes) -> None:
    """What is no YAML or no menu is a problem, not a traceback."""
    path = tmp_path / "menu.yml"
    path.write_bytes(content)
    with pytest.raises(MenuError):
        load(path)
    with pytest.raises(MenuError):
        load(tmp_path / "none.yml")


def test_the_project_s_menu_is_in_order() -> None:
    """The menu that the content writer keeps can be sent as it is."""
    assert load(ROOT / "dialogs/menu.yml")["button"]


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    command = [sys.executable, "-m", "connectors.wechat", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_command_names_what_is_missing() -> None:
    """Without variables the command says which, in one line, and fails."""
    done = run("menu")
    assert (done.returncode, done.stderr) == (
        1,
        "Missing in the environment: WECHAT_APP_ID, WECHAT_APP_SECRET, REDIS_URL.\n",
    )


def test_command_says_what_is_wrong_with_the_menu(tmp_path: Path) -> None:
    """A menu that cannot be sent is refused before anything is asked of anybody."""
    path = tmp_path / "menu.yml"
    path.write_text(yaml.safe_dump({"button": [CLICK | {"type": "x"}, CLICK | {"key": ""}]}), encoding="utf-8")
    done = run("menu", "--file", str(path))
    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (1, 2, False)


async def test_command_creates_the_menu(redis_url: str) -> None:
    """The command sends the content writer's menu, in Chinese as it is, or the platform's refusal is said."""
    refuse = False

    async def respond(request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
        if request.path.endswith("token"):
            return {"access_token": "t", "expires_in": 7200}
        return {"errcode": 48001 if refuse else 0, "errmsg": "said by the test"}

    async with Api(respond) as api:
        env = {
            "WECHAT_APP_ID": "wxmenu", "WECHAT_APP_SECRET": SECRET, "WECHAT_API_BASE": api.base, "REDIS_URL": redis_url
        }  # fmt: skip
        done = await run_beside(env)
        assert (done.returncode, done.stdout) == (0, "The menu is created.\n")
        assert api.asked("/cgi-bin/menu/create") == [yaml.safe_load((ROOT / "dialogs/menu.yml").read_text("utf-8"))]
        refuse = True
        done = await run_beside(env)
        assert (done.returncode, "NoPermission 48001" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


async def run_beside(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the command while this process answers its calls."""
    return await asyncio.to_thread(run, "menu", **env)


ENV = {
    "WECHAT_APP_ID": APP_ID,
    "WECHAT_APP_SECRET": SECRET,
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_AES_KEY": AES_KEY,
    "REDIS_URL": "redis://:hidden@127.0.0.1/0",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"WECHAT_TOKEN": "", "WECHAT_APP_ID": ""}, "WECHAT_APP_ID, WECHAT_TOKEN"),
        ({"WECHAT_AES_KEY": ""}, "WECHAT_AES_KEY"),
        ({"WECHAT_AES_KEY": AES_KEY[:-1]}, "43 letters"),
        ({"WECHAT_AES_KEY": AES_KEY[:-1] + "!"}, "43 letters"),
        ({"WECHAT_MODE": "compatible"}, "encrypted or plain"),
        ({"REDIS_URL": "127.0.0.1"}, "REDIS_URL must begin"),
    ],
)
def test_configuration_names_what_is_wrong(changes: dict[str, str], said: str) -> None:
    """Everything missing is named at once; no value is repeated."""
    with pytest.raises(ConfigError, match=said) as refused:
        read(ENV | changes, callbacks=True)
    assert SECRET not in str(refused.value)


def test_configuration_hides_its_secrets() -> None:
    """Neither secret, token, key nor a password in the Redis address shows."""
    config = read(ENV, callbacks=True)
    assert (config.mode, config.api_base, config.app_id) == ("encrypted", DEFAULT_API_BASE, APP_ID)
    assert not any(secret in repr(config) for secret in (SECRET, TOKEN, AES_KEY, "hidden"))


def test_plain_mode_needs_no_key_and_calling_needs_no_token() -> None:
    """Only what is used is asked for."""
    assert read(ENV | {"WECHAT_AES_KEY": "", "WECHAT_MODE": "plain"}, callbacks=True).mode == "plain"
    assert (
        read(ENV | {"WECHAT_TOKEN": "", "WECHAT_API_BASE": "http://127.0.0.1:1/"}, callbacks=False).api_base
        == "http://127.0.0.1:1"
    )
