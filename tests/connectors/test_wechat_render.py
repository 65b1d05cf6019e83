"""What people see: never over the size, never half a tappable line, always a document the platform can read."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
import xmltodict
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.replies import deserialize_reply

from connectors.wechat.message import Message
from connectors.wechat.render import MAX_TEXT_BYTES, MORE, article_of, images, passive, passive_text, texts
from dialogs.kernel.words import Button, Reply
from tests.connectors.wechat_account import ACCOUNT, NOW, OPENID, gate, opened

MESSAGE = Message(OPENID, ACCOUNT, NOW, "text")
IN_JSON = Message(OPENID, ACCOUNT, NOW, "text", raw_format="json")
MORE_LINE = '<a href="weixin://bizmsgmenu?msgmenucontent=更多&msgmenuid=more">更多</a>'
A_LINE = re.compile(
    r'<a href="weixin://bizmsgmenu\?msgmenucontent=[^"&<>]*&msgmenuid=[^"&<>]*">[^<>]*</a>|<a href="https?://[^"<>\s]*">[^<>]*</a>'
)


def reply_fields(rendered: str) -> dict[str, Any]:
    """The fields of a rendered reply, read by xmltodict."""
    fields: dict[str, Any] = xmltodict.parse(rendered, strip_whitespace=False)["xml"]
    return fields


def test_nothing_answers_a_reported_position() -> None:
    """A LOCATION event gets nothing, whatever the bot wanted to say."""
    event = Message(OPENID, ACCOUNT, NOW, "event", event="location")
    assert passive(event, (Reply("您好"),), NOW) == ""


@pytest.mark.parametrize("replies", [(), (Reply(""),), (Reply("\x00\x01"),), (Reply("  \n "),)])
def test_nothing_said_is_nothing_rendered(replies: Sequence[Reply]) -> None:
    """No words, no document: the gate makes `success` of it."""
    assert (texts(replies), passive(MESSAGE, replies, NOW)) == ([], "")


def test_echoed_markup_never_becomes_a_link() -> None:
    """What a person typed is shown, but is neither a link nor a tappable line for who reads it."""
    evil = '我说<a href="weixin://bizmsgmenu?msgmenucontent=接案&msgmenuid=1">点我</a><A HREF=x></a>'
    (said,) = texts((Reply(evil),))
    assert not re.search(r"<\s*/?a", said, re.IGNORECASE)
    assert "点我" in said


def test_titles_cannot_break_their_line() -> None:
    """Quotes, brackets, signs and line breaks in a title or an id stay inside the line."""
    (said,) = texts((Reply("选", (Button('1"><a', 'A&B "x" <b>\n#%+', "/x"),)),))
    assert A_LINE.fullmatch(said.split("\n", 1)[1])


def test_cdata_end_and_control_characters_are_harmless() -> None:
    """The end mark of CDATA comes through as it is, control characters are left out."""
    said = "a]]>b]]]]>>c\x00\x08\x1f\ufffe\ud800d]]>"
    rendered = passive(MESSAGE, (Reply(said),), NOW)
    assert reply_fields(rendered)["Content"] == "a]]>b]]]]>>cd]]>"
    assert deserialize_reply(rendered).content == "a]]>b]]]]>>cd]]>"


def test_replies_are_merged_and_buttons_are_lines() -> None:
    """One answer holds all that is said; each button is a line with the number by which it can be typed."""
    replies = (Reply("记下了。"), Reply("是哪一种？", (Button("12-1", "邻里", "/a"), Button("12-2", "物业", "/b"))))
    (said,) = texts(replies)
    assert said.split("\n") == [
        "记下了。",
        "",
        "是哪一种？",
        '<a href="weixin://bizmsgmenu?msgmenucontent=邻里&msgmenuid=12-1">1 邻里</a>',
        '<a href="weixin://bizmsgmenu?msgmenucontent=物业&msgmenuid=12-2">2 物业</a>',
    ]


def test_numbers_are_the_places_in_the_ids() -> None:
    """The number shown is the place that the engine knows; without one, lines are counted."""
    replies = (Reply("", (Button("9-4", "甲", "/a"), Button("x", "乙", "/b"))),)
    assert re.findall(r">(\d+) (.)</a>", texts(replies)[0]) == [("4", "甲"), ("2", "乙")]


def test_button_with_an_address_is_a_link() -> None:
    """A button whose payload is an address opens it; an address too long for the platform leaves the title."""
    replies = (
        Reply(
            "",
            (Button("1-1", "看地图", "https://example.org/?a=1&b=2"), Button("1-2", "长", "https://e/" + "x" * 2000)),
        ),
    )
    assert texts(replies) == ['<a href="https://example.org/?a=1&b=2">看地图</a>\n长']


def test_text_of_exactly_the_size_is_one_piece() -> None:
    """2,000 bytes fit; one more does not."""
    assert texts((Reply("a" * MAX_TEXT_BYTES),)) == ["a" * MAX_TEXT_BYTES]
    assert len(texts((Reply("a" * (MAX_TEXT_BYTES + 1)),))) == 2


def test_long_text_is_cut_behind_a_sentence() -> None:
    """A long paragraph is cut behind a full stop, and says that there is more."""
    first, *_, last = texts((Reply("今天下雨，我们在屋里。" * 120),))
    assert first.endswith(f"。\n{MORE_LINE}")
    assert not last.endswith(MORE_LINE)


def test_long_list_is_cut_between_lines() -> None:
    """A list that is too long is cut between its lines, never inside one, and no line is lost."""
    buttons = tuple(Button(f"7-{place}", f"第{place}件案子，邻居漏水", "/x") for place in range(1, 60))
    pieces = texts((Reply("您有这些案子：", buttons),))
    assert len(pieces) > 1
    assert all(piece.endswith(f"\n{MORE_LINE}") for piece in pieces[:-1])
    assert re.findall(r"msgmenuid=(7-\d+)", "".join(pieces)) == [button.id for button in buttons]


def test_passive_reply_is_the_first_piece() -> None:
    """The passive reply carries the first piece; the next is rendered when it is asked for."""
    pieces = texts((Reply("好。" * 1500),))
    assert reply_fields(passive(MESSAGE, (Reply("好。" * 1500),), NOW))["Content"] == pieces[0]
    assert len(pieces) > 2


def test_rest_is_rendered_as_it_was_cut() -> None:
    """A piece that was kept keeps its line 更多 when it is served."""
    pieces = texts((Reply("好。" * 1500),))
    assert reply_fields(passive_text(MESSAGE, pieces[1], NOW))["Content"] == pieces[1]


ARTICLE = {
    "title": "人民调解免费",
    "description": "不收费",
    "url": "https://example.org/a",
    "picurl": "https://example.org/p",
}


def test_lone_article_is_a_card() -> None:
    """An article that is all that is said is shown as a card; its text is the description if it has none."""
    fields = reply_fields(passive(MESSAGE, (Reply("", custom={"article": ARTICLE}),), NOW))
    card = {"Title": "人民调解免费", "Description": "不收费", "PicUrl": ARTICLE["picurl"], "Url": ARTICLE["url"]}
    assert (fields["MsgType"], fields["ArticleCount"], fields["Articles"]) == ("news", "1", {"item": card})
    bare = {"title": "t", "url": "https://example.org"}
    assert article_of((Reply("说明", custom={"article": bare}),)) == {
        "title": "t",
        "description": "说明",
        "picurl": "",
        "url": "https://example.org",
    }


def test_article_beside_words_is_a_line() -> None:
    """Where more is said, the article is a link in the text, so that nothing is lost."""
    assert texts((Reply("您好"), Reply("请看", custom={"article": ARTICLE}))) == [
        '您好\n\n请看\n<a href="https://example.org/a">人民调解免费</a>'
    ]


def test_picture_without_words_is_a_picture() -> None:
    """A picture goes out by its media id; an address is no media id; words come first."""
    assert reply_fields(passive(MESSAGE, (Reply("", image="m1"),), NOW))["Image"] == {"MediaId": "m1"}
    assert passive(MESSAGE, (Reply("", image="https://example.org/1.png"),), NOW) == ""
    assert reply_fields(passive(MESSAGE, (Reply("看", image="m1"),), NOW))["MsgType"] == "text"
    assert images((Reply("看", image="m1"), Reply("", image="https://example.org/1.png"))) == ["m1"]


def test_handover_without_words_passes_the_person_on() -> None:
    """Only a handover without words goes to the platform's own service; words would be lost there."""
    assert (
        reply_fields(passive(MESSAGE, (Reply("", custom={"handover": True}),), NOW))["MsgType"]
        == "transfer_customer_service"
    )
    assert reply_fields(passive(MESSAGE, (Reply("稍等", custom={"handover": True}),), NOW))["MsgType"] == "text"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply("好"), {"MsgType": "text", "Content": "好"}),
        (Reply("", image="m1"), {"MsgType": "image", "Image": {"MediaId": "m1"}}),
        (Reply("", custom={"handover": True}), {"MsgType": "transfer_customer_service"}),
    ],
)
def test_json_is_answered_in_json(reply: Reply, expected: dict[str, object]) -> None:
    """A message that came as JSON gets its reply as JSON."""
    addressed = {"ToUserName": OPENID, "FromUserName": ACCOUNT, "CreateTime": NOW}
    assert json.loads(passive(IN_JSON, (reply,), NOW)) == addressed | expected


ANY_TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from('<>&"]a\n\r。，!/{')), max_size=900)
BUTTONS = st.builds(
    Button,
    id=st.text(max_size=12),
    title=ANY_TEXT.map(lambda text: text[:100]),
    payload=st.sampled_from(["/x", "https://example.org/?q=1"]),
)
REPLIES = st.lists(
    st.builds(lambda text, buttons: Reply(text, tuple(buttons)), ANY_TEXT, st.lists(BUTTONS, max_size=6)), max_size=5
)


@settings(max_examples=150, deadline=None)
@given(REPLIES)
def test_no_piece_is_over_the_size_and_no_line_is_cut(replies: list[Reply]) -> None:
    """Whatever is said, each piece fits, and every link in it is whole."""
    for piece in texts(replies):
        assert 0 < len(piece.encode()) <= MAX_TEXT_BYTES
        assert "<a" not in A_LINE.sub("", piece)


@settings(max_examples=150, deadline=None)
@given(REPLIES)
def test_every_passive_reply_is_read_by_wechatpy(replies: list[Reply]) -> None:
    """Whatever is said, the sealed answer is decrypted and parsed by wechatpy to exactly the first piece."""
    rendered = passive(MESSAGE, replies, NOW)
    pieces = texts(replies)
    assert bool(rendered) == bool(pieces)
    if rendered:
        inner = opened(gate().seal(rendered, NOW, "n"))
        assert reply_fields(inner)["Content"] == pieces[0]
        reply = deserialize_reply(inner)
        assert (reply.type, reply.target, reply.source, reply.time) == ("text", OPENID, ACCOUNT, NOW)
        assert json.loads(passive(IN_JSON, replies, NOW))["Content"] == pieces[0]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="好。，\nab", min_size=2500, max_size=4000))
def test_nothing_is_lost_in_cutting(text: str) -> None:
    """The pieces, put together without 更多 and line breaks, are the text."""
    together = "".join(piece.removesuffix(MORE_LINE) for piece in texts((Reply(text),)))
    assert together.replace("\n", "") == text.replace("\n", "")
    assert MORE not in together
