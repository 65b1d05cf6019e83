"""Small parts of the simulator: configuration, crypto, texts, codes, and the process as a whole."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from connectors.local.redis_server import free_port
from connectors.simulator.config import ConfigError, read
from connectors.simulator.crypto import Cipher, CryptoError, signature
from connectors.simulator.feed import Feed
from connectors.simulator.qrpicture import modules
from connectors.simulator.richtext import segments, taps
from connectors.simulator.wire import read as read_wire
from connectors.simulator.wire import write
from tests.connectors.simulator_stage import CONFIG, KEY

ENVIRONMENT = {
    "WECHAT_APP_ID": CONFIG.app_id,
    "WECHAT_APP_SECRET": CONFIG.app_secret,
    "WECHAT_TOKEN": CONFIG.token,
    "WECHAT_AES_KEY": KEY,
}
ROOT = Path(__file__).parents[2]


def test_missing_variables() -> None:
    """All that is missing is named at once."""
    with pytest.raises(ConfigError) as caught:
        read({})
    assert [name for name in ENVIRONMENT if f"{name} is not set" in str(caught.value)] == list(ENVIRONMENT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_MODE", "compatible"),
        ("WECHAT_AES_KEY", "short"),
        ("WECHAT_AES_KEY", "!" * 43),
        ("SIMULATOR_PORT", "70000"),
        ("SIMULATOR_PORT", "many"),
        ("SIMULATOR_FORMAT", "yaml"),
        ("BOT_URL", "ftp://127.0.0.1/"),
    ],
)
def test_wrong_variables(name: str, value: str) -> None:
    """A variable that cannot be used is named."""
    with pytest.raises(ConfigError, match=name):
        read({**ENVIRONMENT, name: value})


def test_plain_mode_needs_no_key() -> None:
    """In plain mode no AES key is needed, and secrets stay out of the repr."""
    config = read({**ENVIRONMENT, "WECHAT_AES_KEY": "", "WECHAT_MODE": "plain", "BOT_URL": "http://a/w, http://b/w"})
    assert (config.encrypted, config.bot_urls) == (False, ("http://a/w", "http://b/w"))
    assert CONFIG.app_secret not in repr(config)


@given(message=st.text(), prefix=st.binary(min_size=16, max_size=16))
def test_cipher_agrees_with_wechatpy(message: str, prefix: bytes) -> None:
    """What the simulator encrypts wechatpy can read, whatever the text."""
    text = message.encode("utf-8", "ignore").decode()
    sealed = Cipher(KEY, CONFIG.app_id).seal(text, prefix)
    signed = signature(CONFIG.token, "1", "2", sealed)
    envelope = f"<xml><Encrypt>{sealed}</Encrypt></xml>"
    opened = WeChatCrypto(CONFIG.token, KEY, CONFIG.app_id).decrypt_message(envelope, signed, "1", "2")
    assert opened == text


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        ("not base64!", "not base64"),
        ("AAAA", "not whole blocks"),
        ("", "not whole blocks"),
        ("A" * 64, "filling"),
        (Cipher(KEY, "wxother").seal("hello", bytes(16)), "another app id"),
        (Cipher(KEY[::-1][:-1] + "A", CONFIG.app_id).seal("hello", bytes(16)), "filling"),
    ],
)
def test_cipher_refusals(sealed: str, reason: str) -> None:
    """A message that was not made for this account with this key is refused with the step that failed."""
    with pytest.raises(CryptoError, match=reason):
        Cipher(KEY, CONFIG.app_id).open(sealed)


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")))
def test_xml_holds_any_text(text: str) -> None:
    """Whatever is written as XML is read back the same."""
    assert read_wire(write({"Content": text}, "xml"), "xml") == {"Content": text}


def test_segments() -> None:
    """A text falls into plain pieces, menu lines and web links; other links stay as they were written."""
    line = '<a href="weixin://bizmsgmenu?msgmenucontent=A%26B&amp;msgmenuid=9">1 甲</a>'
    text = f'选:{line} http://a.b/c。<a href="tel:110">x</a>'
    assert segments(text) == [
        {"text": "选:"},
        {"text": "1 甲", "tap": {"content": "A&B", "id": "9"}},
        {"text": " "},
        {"text": "http://a.b/c", "href": "http://a.b/c"},
        {"text": "。"},
        {"text": '<a href="tel:110">x</a>'},
    ]
    assert taps(text) == [{"title": "1 甲", "content": "A&B", "id": "9"}]


@given(st.text())
def test_segments_lose_nothing(text: str) -> None:
    """A text without links comes out whole."""
    if "<a" not in text.lower():
        assert "".join(piece["text"] for piece in segments(text)) == text


def test_qr_modules() -> None:
    """The code of an address is the one that an independent reader could read."""
    drawn = modules("http://weixin.qq.com/q/02AbCdEfGhIjKlMnOpQrSt")
    digest = hashlib.sha256(bytes(value for line in drawn for value in line)).hexdigest()
    assert digest == "e4f46667cdbc04141ecd73e9ab55ddfed206ab2c30caa45d9432d66da1e28c43"


def test_feed_forgets() -> None:
    """Who asks for what is forgotten, or for another life's numbers, is told to begin anew."""
    feed = Feed(100)
    for number in range(2100):
        feed.publish("message", {"number": number})
    assert feed.since(150) is None
    assert feed.since(5000) is None
    assert [event.data["number"] for event in feed.since(2199) or []] == [2099]


def run(**changes: str) -> "subprocess.Popen[str]":
    """Start the simulator as a process with only these variables."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **ENVIRONMENT, **changes}
    return subprocess.Popen(
        [sys.executable, "-m", "connectors.simulator"],
        env={name: value for name, value in environment.items() if value},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_process_says_what_is_missing() -> None:
    """Without a variable the process ends with one sentence that names it."""
    with run(WECHAT_TOKEN="") as process:
        _, complaint = process.communicate(timeout=30)
    assert process.returncode == 2
    assert complaint.splitlines() == [
        "The simulator cannot start: WECHAT_TOKEN is not set. Set it in the environment (see --help)."
    ]


def test_process_says_that_the_port_is_taken() -> None:
    """On a port that is taken the process ends with one sentence that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken, run(SIMULATOR_PORT=str(taken.getsockname()[1])) as process:
        _, complaint = process.communicate(timeout=30)
    assert process.returncode == 2
    assert len(complaint.splitlines()) == 1
    assert "SIMULATOR_PORT" in complaint


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_process_stops_when_told(number: signal.Signals) -> None:
    """The process stops cleanly, with a page still listening to its events."""
    port = free_port()
    with run(SIMULATOR_PORT=str(port)) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/simulator/events", timeout=10) as events:
            assert events.readline() == b": hello\n"
            process.send_signal(number)
            _, complaint = process.communicate(timeout=30)
    assert (process.returncode, complaint) == (0, "")
