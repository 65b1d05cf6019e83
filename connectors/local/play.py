"""Plays script.yml on the simulated phones and prints both sides, as somebody looking over two shoulders sees it."""

import asyncio
import re
from pathlib import Path
from typing import Any

import yaml
from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.local.messages import say, sentence

STEP_SECONDS = 40.0
PUSH_SECONDS = 30
SCRIPT = Path(__file__).parent / "script.yml"
Code = tuple[str, str, str]
Step = dict[str, Any]
_NOT_SENT = {"who", "do", "hear", "later", "anyone", "once", "when", "keep"}


class ConversationFailedError(Exception):
    """The account did not answer as the script expects; the text says where."""


async def play(
    simulator: str, codes: list[Code], script: dict[str, Any], push_seconds: int = PUSH_SECONDS
) -> list[Code]:
    """Play the script; return the binding codes (code, unit, name) that are still free, the script's unit first.

    push_seconds: how long to wait for what arrives without asking. Raises ConversationFailedError.
    """
    ours = [code for code in codes if code[1] == script["unit"]]
    free = ours + [code for code in codes if code not in ours]
    try:
        async with ClientSession(simulator, timeout=ClientTimeout(total=STEP_SECONDS)) as http:
            return await _Stage(http, script, free, push_seconds).play()
    except (ClientError, TimeoutError, KeyError) as trouble:
        raise ConversationFailedError(repr(trouble)) from trouble


def read_script() -> dict[str, Any]:
    """The script, as connectors/local/script.yml has it."""
    script: dict[str, Any] = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    return script


class _Stage:
    """The people of one script, and what they know."""

    def __init__(self, http: ClientSession, script: dict[str, Any], codes: list[Code], push_seconds: int) -> None:
        self._http = http
        self._script = script
        self._codes = codes
        self._patience = push_seconds
        self._known = {"code": codes[0][0] if codes else "", "number": ""}
        self._phones: dict[str, _Phone] = {}
        self._others: list[_Phone] = []

    async def play(self) -> list[Code]:
        for template in self._script["templates"]:
            await _ask(self._http, "/simulator/templates", template)
        await self._hand_out_phones()
        for step in self._script["steps"]:
            await self._take(step)
        return self._codes

    async def _take(self, step: Step) -> None:
        phone = self._phones[step["who"]]
        if (step.get("once") and phone.is_old) or step.get("when", "") not in phone.heard:
            return
        if step.get("anyone"):
            phone = self._phones[step["who"]] = await self._whoever_hears(phone, step)
        else:
            await self._expect(await phone.take(self._filled(step), step.get("later", ""), self._patience), phone, step)
        if "{code}" in step.get("text", ""):
            self._codes = self._codes[1:]

    def _filled(self, step: Step) -> Step:
        text = {"text": step["text"].format(**self._known)} if "text" in step else {}
        return {key: value for key, value in step.items() if key not in _NOT_SENT - {"do"}} | text

    async def _expect(self, heard: str, phone: "_Phone", step: Step) -> None:
        piece = step.get("hear", "")
        if piece not in heard:
            raise ConversationFailedError(sentence("not_heard", name=phone.name, piece=piece))
        if "keep" in step and (found := re.search(step["keep"], heard)):
            self._known["number"] = found.group()

    async def _whoever_hears(self, phone: "_Phone", step: Step) -> "_Phone":
        """The phone, of all with the same role, on which it arrives: cases go to whoever is on duty."""
        phones = [phone, *(other for other in self._others if other.role == phone.role)]
        waiting = [asyncio.create_task(each.wait_for(step["later"], self._patience)) for each in phones]
        try:
            for done in asyncio.as_completed(waiting):
                lucky = await done
                if lucky is not None:
                    return lucky
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        raise ConversationFailedError(sentence("not_heard", name=phone.name, piece=step["later"]))

    async def _hand_out_phones(self) -> None:
        """To each their phone from an earlier run; a new one where there is none, or where the script wants one."""
        people = (await _look(self._http, "/simulator/people"))["people"]
        known = {person["name"]: person for person in people if person["follows"]}
        for who, person in self._script["people"].items():
            old = known.pop(person["name"], None)
            if old and not person.get("new"):
                self._phones[who] = _Phone(self._http, old, is_old=True)
                continue
            if old:
                await _ask(self._http, f"/simulator/people/{old['openid']}/unfollow", {})
                await _ask(self._http, f"/simulator/people/{old['openid']}", method="DELETE")
            body = {"name": person["name"], "role": person["role"]}
            self._phones[who] = _Phone(self._http, await _ask(self._http, "/simulator/people", body))
        self._others = [_Phone(self._http, person) for person in known.values()]


class _Phone:
    def __init__(self, http: ClientSession, person: dict[str, Any], *, is_old: bool = False) -> None:
        self._http = http
        self.openid, self.name, self.role = str(person["openid"]), str(person["name"]), str(person["role"])
        self.is_old = is_old
        self.heard = ""
        """What the account said last."""
        self._path = f"/simulator/people/{self.openid}"
        self._seen = int(person["last_seq"])

    async def take(self, step: Step, later: str, patience: int) -> str:
        """Do what the step says, or wait for what comes of itself; return what the account said."""
        if "do" not in step:
            return await self._until(later, patience)
        if step["do"] == "follow":
            say("followed", name=self.name)
        await _ask(self._http, f"{self._path}/{step['do']}", {key: step[key] for key in step if key != "do"})
        return await self._read(wait=0)

    async def wait_for(self, piece: str, patience: int) -> "_Phone | None":
        """Wait for the piece and return this phone; None if nothing comes."""
        try:
            await self._until(piece, patience)
        except ConversationFailedError:
            return None
        return self

    async def _until(self, piece: str, patience: int) -> str:
        heard = ""
        while piece not in heard:
            more = await self._read(wait=patience)
            if not more:
                raise ConversationFailedError(sentence("not_heard", name=self.name, piece=piece))
            heard += more
        return heard

    async def _read(self, wait: int) -> str:
        news = await _look(self._http, f"{self._path}/messages?after={self._seen}&wait={wait}")
        self._seen = news["last_seq"]
        for entry in news["messages"]:
            _show(self.name, entry)
        self.heard = "\n".join(_text(entry) for entry in news["messages"] if entry["side"] == "account")
        return self.heard


async def _look(http: ClientSession, path: str) -> dict[str, Any]:
    return await _ask(http, path, method="GET")


async def _ask(
    http: ClientSession, path: str, body: dict[str, Any] | None = None, method: str = "POST"
) -> dict[str, Any]:
    async with http.request(method, path, json=body) as answer:
        said: dict[str, Any] = await answer.json()
        if not answer.ok:
            raise ConversationFailedError(said.get("error", path))
        return said


def _show(name: str, entry: dict[str, Any]) -> None:
    text = _text(entry)
    if text:
        said = sentence(f"said_by_{entry['side']}", name=name)
        say("line", text=f"{said} " + text.replace("\n", "\n        "))


def _text(entry: dict[str, Any]) -> str:
    """What an entry says: tappable lines without their tags, cards row by row, pictures and places in a word."""
    if entry["kind"] == "template":
        rows = [f"\n{row['label']}：{row['value']}" for row in entry["fields"]]
        return sentence("card", title=entry["title"]) + "".join(rows)
    if entry["kind"] in {"image", "location"}:
        return sentence(entry["kind"], label=entry.get("label", ""))
    return re.sub(r"<[^>]+>", "", str(entry.get("text") or ""))
