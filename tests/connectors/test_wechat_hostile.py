"""Bodies meant to hurt: each is refused early, by a bound and not by luck, and nothing of it is kept or logged."""

import json
import logging

import pytest

from connectors.wechat import wire
from connectors.wechat.errors import Refused
from tests.connectors.wechat_account import NOW, OPENID, encrypted_post, gate, plain_query, pushed, text_xml

SECRET_WORDS = "张三打了李四"

BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    "<xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>&c;</Content></xml>"
)
OUTSIDE = (
    '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><FromUserName>o</FromUserName>'
    "<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>&f;</Content></xml>"
)
HOSTILE: dict[str, str] = {
    "empty": "",
    "blank": " \n\t ",
    "not xml": "FromUserName=o&MsgType=text",
    "html": "<html><body>hello</body></html>",
    "cut off": text_xml()[:-10],
    "two roots": text_xml() + text_xml(),
    "entity bomb": BOMB,
    "outside entity": OUTSIDE,
    "parameter entity": '<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]><xml/>',
    "undeclared entity": pushed("<MsgType>text</MsgType><Content>&nothing;</Content>"),
    "doctype": "<!DOCTYPE xml>" + text_xml(),
    "deep": "<xml>" * 9_000,
    "deep and closed": "<xml>" * 5_000 + "</xml>" * 5_000,
    "wide": "<xml>" + "<a/>" * 15_000 + "</xml>",
    "many attributes": "<xml " + " ".join(f'a{n}="1"' for n in range(5_000)) + "/>",
    "same attribute": '<xml a="1" a="1"/>',
    "root only text": "<xml>text</xml>",
    "other root": text_xml().replace("<xml>", "<msg>").replace("</xml>", "</msg>"),
    "no sender": "<xml><MsgType>text</MsgType><CreateTime>1</CreateTime></xml>",
    "no type": pushed("<Content>x</Content>"),
    "type with children": pushed("<MsgType><a>text</a></MsgType>"),
    "two senders": pushed(f"<MsgType>text</MsgType><FromUserName>{OPENID}</FromUserName>"),
    "sender with braces": pushed("<MsgType>text</MsgType>", openid="o}:quota{x"),
    "sender too long": pushed("<MsgType>text</MsgType>", openid="o" * 65),
    "time is no number": text_xml().replace(str(NOW), "yesterday"),
    "time is too long": text_xml().replace(str(NOW), "9" * 5_000),
    "place is no number": pushed("<MsgType>location</MsgType><Location_X>north</Location_X>"),
    "NUL": text_xml().replace("楼", "\0"),
    "JSON list": "[" + '{"MsgType": "text"}' + "]",
    "JSON text": '"text"',
    "JSON cut off": '{"MsgType": "te',
    "JSON deep lists": '{"a": ' + "[" * 30_000,
    "JSON deep and closed": '{"a": ' + "[" * 900 + "]" * 900 + "}",
    "JSON deep objects": '{"a":' * 10_000,
    "JSON wide": json.dumps({"List": [0] * 9_000}),
    "JSON many names": json.dumps({str(name): name for name in range(4_000)}),
    "JSON many lists": json.dumps({"List": [[0] * 60] * 200}),
    "JSON list of lists": json.dumps({"List": [[0] * 200] * 10 + [[0] * 300]}),
    "JSON huge number": '{"CreateTime": ' + "9" * 60_000 + "}",
    "JSON time is true": json.dumps({"FromUserName": "o", "CreateTime": True, "MsgType": "text"}),
    "JSON infinite time": '{"FromUserName": "o", "CreateTime": Infinity, "MsgType": "text"}',
    "JSON sender is a list": json.dumps({"FromUserName": ["o"], "CreateTime": 1, "MsgType": "text"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_signed_hostile_bodies_are_refused(name: str) -> None:
    """Even behind a valid plain signature, which covers no body, a hostile body is refused as malformed."""
    with pytest.raises(Refused) as refused:
        gate("plain").open(plain_query(), HOSTILE[name].encode(), NOW)
    assert refused.value.code == "malformed"


@pytest.mark.parametrize("name", [name for name, body in HOSTILE.items() if body])
def test_encrypted_hostile_bodies_are_refused(name: str) -> None:
    """The same bodies, encrypted by somebody who holds the key, are refused just so, or as too large."""
    post = encrypted_post(HOSTILE[name])
    with pytest.raises(Refused) as refused:
        gate().open(post.query, post.body, NOW)
    assert refused.value.code in {"malformed", "too_large"}


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    """The platform sends UTF-8; a declared other encoding does not change how bytes are read."""
    body = f'<?xml version="1.0" encoding="{encoding}"?>{text_xml("楼上漏水")}'.encode(encoding)
    with pytest.raises(Refused):
        gate("plain").open(plain_query(), body, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"<Encrypt>" * 7_000,
        b"<Encrypt><![CDATA[" + b"A" * 65_000,
        b"<Encrypt>" + b" " * 65_000,
        b'{"Encrypt":"' + b"A" * 65_000,
        b'{"Encrypt"' + b" " * 65_000,
        b"<xml><Encrypt>short</Encrypt></xml>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"\xff" * 65_000,
    ],
)
def test_bodies_without_an_encrypted_part_are_refused(body: bytes) -> None:
    """The search for the encrypted part ends without a parser, whatever surrounds it."""
    with pytest.raises(Refused) as refused:
        gate().open(plain_query(), body, NOW)
    assert refused.value.code == "malformed"


class Counted(wire._Tree):  # noqa: SLF001  # the test counts what the reader looks at
    """A reader that counts the elements it was shown."""

    starts = 0

    def start(self, *element: object) -> None:
        """Count, then read."""
        Counted.starts += 1
        super().start(*element)


@pytest.mark.parametrize(("name", "most"), [("deep", 8), ("wide", 258), ("entity bomb", 0), ("outside entity", 0)])
def test_reading_stops_at_the_bound(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the body, no more elements are looked at than a message may have."""
    monkeypatch.setattr(Counted, "starts", 0)
    monkeypatch.setattr(wire, "_Tree", Counted)
    with pytest.raises(Refused):
        wire.read(HOSTILE[name].encode())
    assert Counted.starts <= most


def test_nothing_of_a_refused_body_is_logged_or_carried(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the log nor the refusal holds a word of what was sent."""
    caplog.set_level(logging.DEBUG)
    bodies = [pushed(f"<MsgType>text</MsgType><Content>{SECRET_WORDS}"), f'{{"Content": "{SECRET_WORDS}"']
    for body in bodies:
        with pytest.raises(Refused) as refused:
            gate("plain").open(plain_query(), body.encode(), NOW)
        assert str(refused.value) == "malformed"
    assert caplog.text == ""


@pytest.mark.parametrize("halves", ["\\ud83d", "\\ude00\\ud83d", "\\u0000"])
def test_halves_of_characters_and_nul_in_json_are_left_out(halves: str) -> None:
    """What JSON can carry and no database takes does not come in; the rest of the message does."""
    body = f'{{"FromUserName":"o","CreateTime":1,"MsgType":"text","Content":"你{halves}好","MsgId":1}}'
    assert wire.read(body.encode()).text == "你好"


def test_a_chatty_person_is_not_hostile() -> None:
    """A long text full of brackets and signs is a message like any other."""
    content = "<<<[[[{{{&&&]]&gt;" * 200
    message = wire.read(pushed(f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>").encode())
    assert message.text == content
