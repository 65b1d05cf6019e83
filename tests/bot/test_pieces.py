"""Tests: small parts of the host on their own."""

import pytest

from bot import config, heard
from bot.heard import Heard
from bot.traces import where
from bot.voice import WeChatVoice, rendered
from connectors.sealing import SealError
from connectors.wechat.config import ConfigError
from connectors.wechat.message import Message
from connectors.wechat.render import MAX_TEXT_BYTES
from dialogs.kernel.words import Button, Input, InputKind, Reply

GIVEN = {
    "WECHAT_APP_ID": "wx1",
    "WECHAT_APP_SECRET": "app-secret",
    "WECHAT_TOKEN": "callback-token",
    "WECHAT_MODE": "plain",
    "REDIS_URL": "redis://:password@127.0.0.1/0",
    "BACKEND_TOKEN": "backend-token",
}
KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
ARTICLE = {"title": "怎么办理", "description": "", "picurl": "", "url": "https://example.org/"}


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "８０"])
def test_a_port_must_be_one(port: str) -> None:
    """What is no port number is refused by name."""
    with pytest.raises(ConfigError, match="BOT_PORT"):
        config.read(GIVEN | {"BOT_PORT": port})


def test_the_aes_key_is_needed_in_safe_mode() -> None:
    """Without its key the encrypted mode is refused; the plain mode needs none."""
    with pytest.raises(ConfigError, match="WECHAT_AES_KEY"):
        config.read(GIVEN | {"WECHAT_MODE": "encrypted"})
    assert config.read(GIVEN).account.mode == "plain"


def test_secrets_do_not_show() -> None:
    """Printing the configuration shows no secret."""
    shown = repr(config.read(GIVEN | {"SESSION_KEY": f"k1:{KEY}"}))
    secrets = ("app-secret", "callback-token", "password", "backend-token", KEY)
    assert [word for word in secrets if word in shown] == []


def test_a_session_key_that_is_none_is_refused_by_name() -> None:
    """The sentence says what is wrong and shows nothing of the key."""
    with pytest.raises(ConfigError, match="SESSION_KEY") as caught:
        config.read(GIVEN | {"SESSION_KEY": f"k1:{KEY[:-4]}"})
    assert "QUFB" not in str(caught.value)


def test_conversations_go_on_when_a_session_key_is_set() -> None:
    """What was sealed while there was none opens; without the account's secret it does not."""
    sealed = config.read(GIVEN).session_keys.seal("李大姐", "a")
    given = GIVEN | {"SESSION_KEY": f"k1:{KEY}"}
    assert config.read(given).session_keys.open(sealed, "a") == "李大姐"
    with pytest.raises(SealError):
        config.read(given | {"WECHAT_APP_SECRET": "another"}).session_keys.open(sealed, "a")


@pytest.mark.parametrize(
    "message",
    [
        Heard("1", "p", 1.5, "input", Input(InputKind.TEXT, "你好", "x"), "message"),
        Heard("1", "p", 1.5, "input", Input(InputKind.PHOTO, attachment={"kind": "photo", "media_id": "m"}), "menu"),
        Heard("1", "p", 1.5, "unsubscribed"),
        Heard("1", "p", 1.5, "delivered", data={"msg_id": "7", "status": "success"}),
    ],
)
def test_messages_are_written_down_whole(message: Heard) -> None:
    """What is written down reads back as it was."""
    assert heard.read(heard.write(message)) == message


@pytest.mark.parametrize("entry", [b"", b"{}", b"[]", b'{"id": 1, "person": 2, "at": 3, "what": "eaten"}'])
def test_what_is_no_message_is_refused(entry: bytes) -> None:
    """Anything else is no message."""
    with pytest.raises(ValueError, match="not a message"):
        heard.read(entry)


def test_texts_are_joined_where_they_fit() -> None:
    """Short texts become one; what does not fit waits behind 更多, within the platform's size."""
    voice = WeChatVoice()
    short = voice.join(["先前的话", "现在的话"])
    long = voice.join(["前" * 500, "后" * 500])
    assert short == ["先前的话\n\n现在的话"]
    assert [text.count("更多") for text in long] == [2, 0]
    assert all(len(text.encode()) <= MAX_TEXT_BYTES for text in long)


def test_replies_become_pieces() -> None:
    """Words come first, then pictures, a handover last; a lone article is a card; nothing said is no piece."""
    voice = WeChatVoice()
    replies = [Reply("说", image="media-1"), Reply("转", custom={"handover": True})]
    assert voice.compose(replies) == [{"text": "说\n\n转"}, {"image": "media-1"}, {"transfer": True}]
    assert voice.compose([Reply("", custom={"article": ARTICLE})]) == [{"article": ARTICLE}]
    assert voice.compose([]) == []


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        ({"text": "说"}, "text"),
        ({"article": ARTICLE}, "news"),
        ({"image": "media-1"}, "image"),
        ({"transfer": True}, "transfer_customer_service"),
    ],
)
def test_pieces_become_passive_replies(piece: dict[str, object], kind: str) -> None:
    """Each piece is one passive reply of its kind."""
    message = Message(openid="p", account="gh", created=1, kind="text")
    assert f"<MsgType><![CDATA[{kind}]]></MsgType>" in rendered(message, piece, 1.0)


def test_lines_to_tap_survive_rendering() -> None:
    """A composed text keeps its tappable lines when it is rendered."""
    (piece,) = WeChatVoice().compose([Reply("选", (Button("1-1", "邻里", "/x"),))])
    message = Message(openid="p", account="gh", created=1, kind="text")
    assert 'msgmenuid=1-1">1 邻里</a>' in rendered(message, piece, 1.0)


def test_a_trace_repeats_no_words() -> None:
    """What went wrong is named by its type and place, never by its text."""
    with pytest.raises(ValueError, match="张三的电话") as caught:
        int("张三的电话")
    assert where(caught.value).startswith("ValueError at test_pieces.py:")
