"""The gate: what is refused, in which order, and that both sides understand wechatpy."""

import json
from typing import Any, NoReturn

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from connectors.wechat import gate as gate_module
from connectors.wechat import replays
from connectors.wechat.errors import Refused
from connectors.wechat.gate import DEDUP_TTL_S, MAX_BODY_BYTES, SUCCESS, WINDOW_S, Gate
from connectors.wechat.wire import Envelope
from tests.connectors.wechat_account import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    NOW,
    OPENID,
    TOKEN,
    Post,
    encrypted_post,
    gate,
    opened,
    plain_query,
    pushed,
    sign,
    text_xml,
)


def refusal(opened_by: Gate, query: dict[str, str], body: bytes, now: float = NOW) -> str:
    """The code with which the gate refuses."""
    with pytest.raises(Refused) as refused:
        opened_by.open(query, body, now)
    return refused.value.code


def test_unsigned_is_refused() -> None:
    """Without a signature nothing is opened, in either mode."""
    post = encrypted_post(text_xml())
    unsigned = {name: value for name, value in post.query.items() if "signature" not in name}
    assert refusal(gate(), unsigned, post.body) == "bad_signature"
    assert refusal(gate("plain"), unsigned, text_xml().encode()) == "bad_signature"
    assert refusal(gate("plain"), {}, text_xml().encode()) == "bad_signature"


def test_signature_by_another_token_is_refused() -> None:
    """A request signed with another token is refused."""
    post = encrypted_post(text_xml(), token="another-token")
    assert refusal(gate(), post.query, post.body) == "bad_signature"
    assert refusal(gate("plain"), plain_query(token="another-token"), text_xml().encode()) == "bad_signature"


def test_plain_signature_does_not_open_an_encrypted_account() -> None:
    """In safe mode the signature must cover the encrypted part: the plain one is not enough."""
    post = encrypted_post(text_xml())
    query = post.query | {"msg_signature": post.query["signature"]}
    assert refusal(gate(), query, post.body) == "bad_signature"


def test_request_does_not_choose_the_mode() -> None:
    """A plain body is refused by an encrypted account, and an encrypted one by a plain account, whatever it claims."""
    plain = plain_query() | {"encrypt_type": "raw"}
    post = encrypted_post(text_xml())
    assert refusal(gate(), plain, text_xml().encode()) == "malformed"
    assert refusal(gate("plain"), post.query, post.body) == "malformed"


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_changed_query_is_refused(name: str) -> None:
    """Each signed part of the query counts."""
    post = encrypted_post(text_xml())
    for wrong in ("", "x", post.query[name] + "1", "\udcff", "甲" * 20, "9" * 1000):
        assert refusal(gate(), post.query | {name: wrong}, post.body) == "bad_signature"


def test_changed_encrypted_part_is_refused() -> None:
    """One changed character in the encrypted part breaks the signature."""
    post = encrypted_post(text_xml())
    place = post.body.index(b"CDATA[", post.body.index(b"<Encrypt>")) + 10
    other = b"A" if post.body[place : place + 1] != b"A" else b"B"
    assert refusal(gate(), post.query, post.body[:place] + other + post.body[place + 1 :]) == "bad_signature"


@pytest.mark.parametrize("seconds", [WINDOW_S + 1, -WINDOW_S - 1])
def test_stale_or_early_is_refused(seconds: int) -> None:
    """A well signed request more than ten minutes from our clock is refused."""
    post = encrypted_post(text_xml(), stamp=NOW - seconds)
    assert refusal(gate(), post.query, post.body) == "stale"
    assert refusal(gate("plain"), plain_query(NOW - seconds), text_xml().encode()) == "stale"


@pytest.mark.parametrize("stamp", ["", "soon", "-1790000000", "１７９０００００００", "1e9", "9" * 13, " 1790000000"])
def test_timestamp_that_is_no_time_is_refused(stamp: str) -> None:
    """A signed timestamp that is not plain digits is stale."""
    query = {"signature": sign(TOKEN, stamp, "n"), "timestamp": stamp, "nonce": "n"}
    assert refusal(gate("plain"), query, text_xml().encode()) == "stale"


def test_too_large_is_refused_before_anything_else() -> None:
    """A body over the cap is refused even unsigned, so that nobody looks into it."""
    assert refusal(gate(), {}, b"x" * (MAX_BODY_BYTES + 1)) == "too_large"
    assert refusal(gate("plain"), {}, b"x" * (1024 * 1024)) == "too_large"


def test_nothing_is_read_before_the_signature_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither decrypting nor parsing begins for a request that is not signed."""

    def never(*_: object) -> NoReturn:
        raise AssertionError("read before verified")

    monkeypatch.setattr(gate_module, "read", never)
    monkeypatch.setattr(Envelope, "open", never)
    post = encrypted_post(text_xml())
    assert refusal(gate(), post.query | {"msg_signature": "0" * 40}, post.body) == "bad_signature"
    assert refusal(gate(), encrypted_post(text_xml(), stamp=NOW - 3600).query, post.body) == "bad_signature"
    assert refusal(gate("plain"), plain_query() | {"signature": "0" * 40}, b"<xml/>") == "bad_signature"


def test_message_for_another_account_is_refused() -> None:
    """What was encrypted for another app id is refused, though the signature holds."""
    post = encrypted_post(text_xml(), app_id="wxsomebodyelse")
    assert refusal(gate(), post.query, post.body) == "wrong_app"


def signed_encrypted(encrypted: str) -> Post:
    """A well signed post around any encrypted part."""
    query = plain_query() | {"msg_signature": sign(TOKEN, str(NOW), "n1", encrypted)}
    return Post(query, f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode())


@pytest.mark.parametrize("encrypted", ["A" * 44, "A" * 43, "A" * 64, "====" * 10, "AAAA=AAA" * 8, "QUJD" * 64])
def test_signed_rubbish_is_refused(encrypted: str) -> None:
    """An encrypted part that is no base64, no whole blocks or badly padded is refused as malformed."""
    post = signed_encrypted(encrypted)
    assert refusal(gate(), post.query, post.body) == "malformed"


def test_broken_length_inside_is_refused() -> None:
    """A length that points behind the end of what was decrypted is refused."""
    cipher = Envelope("", AES_KEY)
    inside = cipher.seal(b"", b"r" * 12)  # four bytes short: the length is read from later bytes
    longer = Envelope("\xff" * 8, AES_KEY).seal(b"", b"r" * 16)
    assert refusal(gate(), signed_encrypted(inside).query, signed_encrypted(inside).body) == "malformed"
    assert refusal(gate(), signed_encrypted(longer).query, signed_encrypted(longer).body) == "wrong_app"


def test_replay_after_the_retries_is_refused() -> None:
    """The same request is let in again while the platform may be retrying, and refused afterwards."""
    post, entrance = encrypted_post(text_xml()), gate()
    first = entrance.open(post.query, post.body, NOW)
    assert entrance.open(post.query, post.body, NOW + 20) == first
    assert refusal(entrance, post.query, post.body, NOW + 120) == "replayed"


def test_plain_signature_belongs_to_one_message() -> None:
    """In plain mode, where no signature covers the body, a used signature does not open a second message."""
    entrance, query = gate("plain"), plain_query()
    entrance.open(query, text_xml(message_id=1).encode(), NOW)
    assert entrance.open(query, text_xml(message_id=1).encode(), NOW).msg_id == "1"
    assert refusal(entrance, query, text_xml(message_id=2).encode()) == "replayed"


def test_any_replay_let_in_meets_the_stored_reply() -> None:
    """Replies are to be kept for longer than a request can stay inside the window."""
    assert DEDUP_TTL_S > 2 * WINDOW_S
    post = encrypted_post(text_xml(), stamp=NOW + WINDOW_S)
    opened_early = gate().open(post.query, post.body, NOW)
    assert gate().open(post.query, post.body, NOW + 2 * WINDOW_S).dedup_id == opened_early.dedup_id


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"echostr": "1"},
        plain_query() | {"echostr": "甲"},
        plain_query() | {"echostr": "1\r\nX: y"},
        plain_query() | {"echostr": "1" * 513},
        plain_query(token="other") | {"echostr": "1"},
    ],
)
def test_address_check_by_others_is_refused(query: dict[str, str]) -> None:
    """An echostr is only repeated for who knows the token, and only if it is short plain text."""
    with pytest.raises(Refused):
        gate().verify_url(query)


def test_address_check_is_answered() -> None:
    """The platform's question gets its echostr, in both modes."""
    query = plain_query() | {"echostr": "5577006791947779410"}
    assert [gate(mode).verify_url(query) for mode in ("encrypted", "plain")] == ["5577006791947779410"] * 2


def test_what_wechatpy_encrypts_is_opened() -> None:
    """A message encrypted by wechatpy arrives whole."""
    post = encrypted_post(text_xml("楼上漏水半年了 😀 ]]&gt;"))
    message = gate().open(post.query, post.body, NOW + 3.5)
    assert (message.openid, message.account, message.created) == (OPENID, ACCOUNT, NOW)
    assert (message.kind, message.text, message.msg_id) == ("text", "楼上漏水半年了 😀 ]]&gt;", "1")


def test_compatible_mode_bodies_are_read_from_their_encrypted_part() -> None:
    """Where a body holds both forms, only the signed, encrypted one counts."""
    post = encrypted_post(text_xml("真的"))
    body = post.body.replace(b"<xml>", b"<xml><Content>forged</Content><MsgType>text</MsgType>", 1)
    assert gate().open(post.query, body, NOW).text == "真的"


def json_post(inner: dict[str, Any], *, escaped: bool = False) -> Post:
    """What the platform posts where the push format is JSON."""
    post = encrypted_post(json.dumps(inner))
    encrypted = xmltodict.parse(post.body)["xml"]["Encrypt"]
    body = json.dumps({"ToUserName": ACCOUNT, "Encrypt": encrypted})
    return Post(post.query, (body.replace("/", "\\/") if escaped else body).encode())


@pytest.mark.parametrize("escaped", [False, True])
def test_json_pushes_are_opened_and_answered_in_json(escaped: bool) -> None:
    """The JSON push format works as XML does, slashes escaped or not, and so does its answer."""
    inner = {"ToUserName": ACCOUNT, "FromUserName": OPENID, "CreateTime": NOW, "MsgType": "text", "Content": "在吗"}
    post = json_post(inner | {"MsgId": 77}, escaped=escaped)
    message = gate().open(post.query, post.body, NOW)
    assert (message.raw_format, message.text, message.msg_id) == ("json", "在吗", "77")
    answer = json.loads(gate().seal('{"a": "好"}', NOW, "n2"))
    assert answer["MsgSignature"] == sign(TOKEN, str(answer["TimeStamp"]), "n2", answer["Encrypt"])
    assert Envelope(APP_ID, AES_KEY).open(answer["Encrypt"].encode()) == '{"a": "好"}'.encode()


def test_nothing_to_say_is_success() -> None:
    """An empty answer is the word the platform knows, never encrypted."""
    assert {gate().seal("", NOW, "n"), gate("plain").seal("", NOW, "n")} == {SUCCESS}


def test_plain_answers_stay_plain() -> None:
    """A plain account answers in plain."""
    assert gate("plain").seal("<xml>好</xml>", NOW, "n") == "<xml>好</xml>".encode()


@given(st.text(min_size=1).filter(lambda text: text[0] != "{"), st.text(max_size=30))
def test_wechatpy_opens_what_is_sealed(content: str, nonce: str) -> None:
    """Wechatpy verifies and decrypts any answer of ours, whatever the nonce."""
    clean = content.encode(errors="ignore").decode()
    assert opened(gate().seal(f"<xml>{clean}", NOW, nonce)) == f"<xml>{clean}"


@given(st.text(max_size=300), st.integers(min_value=0, max_value=10**15))
def test_envelopes_agree_with_wechatpy(content: str, nonce: int) -> None:
    """Any text encrypted by wechatpy is opened by our envelope to the same text."""
    clean = content.encode(errors="ignore").decode() or "x"
    sealed = xmltodict.parse(WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(clean, str(nonce), "1"))["xml"]
    assert Envelope(APP_ID, AES_KEY).open(sealed["Encrypt"].encode()) == clean.encode()


@given(st.lists(st.text(max_size=80), min_size=2, max_size=8))
def test_one_envelope_does_for_many_messages(contents: list[str]) -> None:
    """What was opened and sealed before, and what could not be opened, leaves no trace in the next message."""
    one, envelope = gate(), Envelope(APP_ID, AES_KEY)
    for number, content in enumerate(contents):
        clean = content.encode(errors="ignore").decode() or "x"
        with pytest.raises(Refused):
            envelope.open(b"QUJD" * (number + 1))
        there = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(clean, str(number), "1")
        assert envelope.open(xmltodict.parse(there)["xml"]["Encrypt"].encode()) == clean.encode()
        assert opened(one.seal(f"<xml>{clean}", NOW, str(number))) == f"<xml>{clean}"


@given(
    st.binary(max_size=2000),
    st.dictionaries(st.sampled_from(["signature", "msg_signature", "timestamp", "nonce"]), st.text()),
)
def test_nothing_but_refused_is_raised_for_any_request(body: bytes, query: dict[str, str]) -> None:
    """Whatever is posted, the gate refuses with a code and raises nothing else."""
    assert refusal(gate(), query, body) in {"bad_signature", "malformed"}
    assert refusal(gate("plain"), query, body) == "bad_signature"


@given(st.binary(max_size=2000))
def test_any_signed_plain_body_is_a_message_or_refused(body: bytes) -> None:
    """A signed plain body never raises anything but Refused("malformed")."""
    assert refusal(gate("plain"), plain_query(), body) == "malformed"


def test_event_of_the_account_is_opened() -> None:
    """An event is a message too."""
    post = encrypted_post(pushed("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>DISPUTE</EventKey>"))
    message = gate().open(post.query, post.body, NOW)
    assert (message.kind, message.event, message.key) == ("event", "click", "DISPUTE")


def test_memory_of_signatures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many requests come, no more than two halves of the memory are kept; the newest are remembered."""
    monkeypatch.setattr(replays, "MAX_REMEMBERED", 10)
    memory = replays.Replays(WINDOW_S)
    assert all(memory.admit(str(number).encode(), "m", NOW) for number in range(25))
    assert not memory.admit(b"24", "other", NOW)
    assert memory.admit(b"0", "other", NOW)
    assert len(memory._young) + len(memory._old) <= 20  # noqa: SLF001  # the bound is what is tested


def test_memory_of_signatures_forgets_with_time() -> None:
    """What lies two windows back is forgotten: such a request is refused as stale before it is looked up."""
    memory = replays.Replays(WINDOW_S)
    memory.admit(b"a", "m", NOW)
    memory.admit(b"b", "m", NOW + WINDOW_S + 1)
    memory.admit(b"c", "m", NOW + 2 * WINDOW_S + 2)
    assert memory.admit(b"a", "other", NOW + 2 * WINDOW_S + 2)
