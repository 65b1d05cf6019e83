"""Plays script.yml on the simulated phones and prints both sides, as somebody looking over two shoulders sees it."""

import re
from pathlib import Path
from typing import Any

import yaml
from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.local.messages import sentence

STEP_SECONDS = 40.0
PUSH_SECONDS = 30
SCRIPT = Path(__file__).parent / "script.yml"
Code = tuple[str, str, str]


class ConversationFailedError(Exception):
    """The account did not answer as the script expects; the text says where."""


async def play(simulator: str, codes: list[Code]) -> list[Code]:
    """Play the script; return the binding codes (code, unit, name) that are still free."""
    script = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    mine = next((code for code in codes if script["unit"] in code[1]), None)
    try:
        async with ClientSession(simulator, timeout=ClientTimeout(total=STEP_SECONDS)) as http:
            for template in script["templates"]:
                await _ask(http, "/simulator/templates", template)
            phones = {who: await _phone(http, name, who) for who, name in script["people"].items()}
            for step in script["steps"]:
                if "{code}" not in step.get("text", ""):
                    await phones[step["who"]].take(step)
                elif mine:
                    await phones[step["who"]].take({**step, "text": step["text"].format(code=mine[0])})
    except (ClientError, TimeoutError, KeyError) as trouble:
        raise ConversationFailedError(repr(trouble)) from trouble
    return [code for code in codes if code != mine]


class _Phone:
    def __init__(self, http: ClientSession, name: str, openid: str) -> None:
        self._http = http
        self._name = name
        self._path = f"/simulator/people/{openid}"
        self._seen = 0

    async def take(self, step: dict[str, Any]) -> None:
        heard = ""
        if "do" in step:
            body = {key: value for key, value in step.items() if key not in {"who", "do", "hear"}}
            await _ask(self._http, f"{self._path}/{step['do']}", body)
            heard = await self._read(wait=0)
        while "later" in step and step["later"] not in heard:
            more = await self._read(wait=PUSH_SECONDS)
            if not more:
                raise ConversationFailedError(sentence("not_heard", name=self._name, piece=step["later"]))
            heard += more
        if step.get("hear", "") not in heard:
            raise ConversationFailedError(sentence("not_heard", name=self._name, piece=step["hear"]))

    async def _read(self, wait: int) -> str:
        async with self._http.get(f"{self._path}/messages", params={"after": self._seen, "wait": wait}) as answer:
            news = await answer.json()
        self._seen = news["last_seq"]
        for entry in news["messages"]:
            _show(self._name, entry)
        return "\n".join(_text(entry) for entry in news["messages"] if entry["side"] == "account")


async def _phone(http: ClientSession, name: str, role: str) -> _Phone:
    return _Phone(http, name, (await _ask(http, "/simulator/people", {"name": name, "role": role}))["openid"])


async def _ask(http: ClientSession, path: str, body: dict[str, Any]) -> dict[str, Any]:
    async with http.post(path, json=body) as answer:
        said: dict[str, Any] = await answer.json()
        if not answer.ok:
            raise ConversationFailedError(said.get("error", path))
        return said


def _show(name: str, entry: dict[str, Any]) -> None:
    text = _text(entry)
    if not text:
        return
    arrow = {"person": f"{name} ▸", "account": f"   和为贵 ▸ {name}:"}.get(entry["side"], "   ·")
    print(f"{arrow} " + text.replace("\n", "\n      "), flush=True)  # noqa: T201 - a terminal program


def _text(entry: dict[str, Any]) -> str:
    """What an entry says, tappable lines without their tags."""
    if entry["kind"] == "template":
        rows = [f"\n  {row['label']}:{row['value']}" for row in entry["fields"]]
        return sentence("card", title=entry["title"]) + "".join(rows)
    return re.sub(r"<[^>]+>", "", str(entry.get("text") or ""))
