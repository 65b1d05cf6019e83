"""Every kind of push becomes a message, and what it means for the conversation."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message

from connectors.wechat.errors import Refused
from connectors.wechat.message import Grant, Message, grant_of, to_input
from connectors.wechat.wire import read
from dialogs.kernel.words import Input, InputKind
from tests.connectors.wechat_account import ACCOUNT, NOW, OPENID, pushed, text_xml


def message_of(middle: str) -> Message:
    """The message with these elements."""
    return read(pushed(middle).encode())


def event_of(name: str, more: str = "") -> Message:
    """The event with this name."""
    return message_of(f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{more}")


SILENT = [
    ("unsubscribe", ""),
    ("VIEW", "<EventKey>https://example.org/</EventKey>"),
    ("view_miniprogram", "<EventKey>pages/index</EventKey>"),
    ("LOCATION", "<Latitude>23.1</Latitude><Longitude>113.3</Longitude><Precision>65</Precision>"),
    ("TEMPLATESENDJOBFINISH", "<MsgID>200163840</MsgID><Status>failed:user block</Status>"),
    ("MASSSENDJOBFINISH", "<MsgID>1</MsgID>"),
    ("subscribe_msg_popup_event", ""),
    ("subscribe_msg_change_event", ""),
    ("subscribe_msg_sent_event", ""),
    ("location_select", "<EventKey>k</EventKey>"),
    ("pic_weixin", "<EventKey>k</EventKey>"),
    ("something_new_in_2031", ""),
    ("", ""),
]


@pytest.mark.parametrize(("name", "more"), SILENT)
def test_events_without_words_mean_nothing_for_the_conversation(name: str, more: str) -> None:
    """What happened without the person saying anything is a message, but no input."""
    assert to_input(event_of(name, more)) is None


def test_reported_position_is_never_answered() -> None:
    """A LOCATION event wants silence; a location that the person sends does not."""
    assert event_of("LOCATION").wants_silence
    assert not message_of("<MsgType>location</MsgType>").wants_silence


@pytest.mark.parametrize("kind", ["miniprogrampage", "file", "music", "something_new"])
def test_unknown_kinds_are_unknown_inputs(kind: str) -> None:
    """A kind we do not know reaches the conversation, which can say so."""
    assert to_input(message_of(f"<MsgType>{kind}</MsgType><MsgId>5</MsgId>")) == Input(InputKind.UNKNOWN)


def test_typed_text_is_text() -> None:
    """Words are words, spaces around them left out as wechatpy does."""
    message = read(text_xml("  楼上漏水 \n半年了  ").encode())
    assert to_input(message) == Input(InputKind.TEXT, text="楼上漏水 \n半年了")
    assert message.text == parse_message(text_xml("  楼上漏水 \n半年了  ")).content


def test_empty_text_is_text() -> None:
    """A text without words is still something the person did."""
    assert to_input(message_of("<MsgType>text</MsgType><Content></Content>")) == Input(InputKind.TEXT)


def test_tapped_line_is_a_button() -> None:
    """A text with a menu id is a tapped line: the id says which, the text is its title."""
    message = message_of("<MsgType>text</MsgType><Content>邻里</Content><bizmsgmenuid>12-3</bizmsgmenuid>")
    assert to_input(message) == Input(InputKind.BUTTON, text="邻里", payload="12-3")


def test_photo_carries_its_media_id() -> None:
    """A picture becomes a photo to be fetched later."""
    message = message_of("<MsgType>image</MsgType><PicUrl>http://p/1</PicUrl><MediaId>m1</MediaId><MsgId>3</MsgId>")
    assert to_input(message) == Input(InputKind.PHOTO, attachment={"kind": "photo", "media_id": "m1"})
    assert message.url == "http://p/1"


def test_voice_brings_recognised_words() -> None:
    """Recognised speech is text; without it, the voice alone."""
    spoken = "<MsgType>voice</MsgType><MediaId>v1</MediaId><Format>amr</Format>"
    attachment = {"kind": "voice", "media_id": "v1", "format": "amr"}
    heard = message_of(f"{spoken}<Recognition><![CDATA[楼上漏水]]></Recognition>")
    assert to_input(heard) == Input(InputKind.VOICE, text="楼上漏水", attachment=attachment)
    assert to_input(message_of(spoken)) == Input(InputKind.VOICE, attachment=attachment)


@pytest.mark.parametrize("kind", ["video", "shortvideo"])
def test_videos_are_videos(kind: str) -> None:
    """Both kinds of video are one input."""
    message = message_of(f"<MsgType>{kind}</MsgType><MediaId>d1</MediaId><ThumbMediaId>t1</ThumbMediaId>")
    assert to_input(message) == Input(InputKind.VIDEO, attachment={"kind": "video", "media_id": "d1"})


def test_shared_location_has_degrees_and_label() -> None:
    """A shared place brings latitude, longitude and what the map calls it."""
    message = message_of(
        "<MsgType>location</MsgType><Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y>"
        "<Scale>20</Scale><Label><![CDATA[阳光小区]]></Label>"
    )
    attachment = {"kind": "location", "lat": 23.134521, "lng": 113.358803, "label": "阳光小区"}
    assert to_input(message) == Input(InputKind.LOCATION, text="阳光小区", attachment=attachment)


@pytest.mark.parametrize(("lat", "lng"), [("91", "0"), ("0", "181"), ("nan", "1"), ("inf", "1"), ("", "")])
def test_impossible_places_are_not_places(lat: str, lng: str) -> None:
    """A place that is none on earth leaves its label, or nothing."""
    place = f"<MsgType>location</MsgType><Location_X>{lat}</Location_X><Location_Y>{lng}</Location_Y>"
    assert to_input(message_of(place)) == Input(InputKind.UNKNOWN)
    assert to_input(message_of(f"{place}<Label>阳光小区</Label>")) == Input(InputKind.TEXT, text="阳光小区")


def test_link_has_title_and_address() -> None:
    """A shared link brings its title as text and its address as payload."""
    message = message_of("<MsgType>link</MsgType><Title>新闻</Title><Url>https://example.org/1</Url>")
    assert to_input(message) == Input(InputKind.LINK, text="新闻", payload="https://example.org/1")


@pytest.mark.parametrize(
    ("key", "scene"), [("qrscene_village-12", "village-12"), ("", ""), ("last_trade_no_123", ""), ("qrscene_", "")]
)
def test_following_brings_the_scene_of_its_code(key: str, scene: str) -> None:
    """A new follower who scanned a code brings its scene without the platform's prefix."""
    message = event_of("subscribe", f"<EventKey><![CDATA[{key}]]></EventKey><Ticket>t</Ticket>")
    assert to_input(message) == Input(InputKind.SUBSCRIBE, payload=scene)


def test_scanning_brings_the_scene() -> None:
    """A follower who scans brings the scene as it is."""
    assert to_input(event_of("SCAN", "<EventKey>village-12</EventKey>")) == Input(InputKind.SCAN, payload="village-12")


def test_scanning_from_the_menu_brings_what_was_read() -> None:
    """A code read through a menu entry brings its content."""
    info = "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>AH2026112100073</ScanResult></ScanCodeInfo>"
    message = event_of("scancode_waitmsg", f"<EventKey>SCAN</EventKey>{info}")
    assert to_input(message) == Input(InputKind.SCAN, payload="AH2026112100073")


def test_menu_click_brings_its_key() -> None:
    """A click in the menu brings the entry's key."""
    assert to_input(event_of("CLICK", "<EventKey>DISPUTE</EventKey>")) == Input(InputKind.MENU, payload="DISPUTE")


def test_send_result_brings_id_and_status() -> None:
    """The result of a template message brings its id and how it went."""
    message = event_of("TEMPLATESENDJOBFINISH", "<MsgID>200163840</MsgID><Status>failed:user block</Status>")
    assert (message.event, message.msg_id, message.status) == (
        "templatesendjobfinish",
        "200163840",
        "failed:user block",
    )


@pytest.mark.parametrize(
    ("event", "holder"),
    [
        ("subscribe_msg_popup_event", "SubscribeMsgPopupEvent"),
        ("subscribe_msg_change_event", "SubscribeMsgChangeEvent"),
        ("subscribe_msg_sent_event", "SubscribeMsgSentEvent"),
    ],
)
def test_consent_to_notices_is_read(event: str, holder: str) -> None:
    """The three consent events, unknown to wechatpy, bring template and answer, in XML and in JSON."""
    entry = "<List><TemplateId>tpl1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
    in_xml = event_of(event, f"<{holder}>{entry}{entry}</{holder}>")
    fields = {"ToUserName": ACCOUNT, "FromUserName": OPENID, "CreateTime": NOW, "MsgType": "event", "Event": event}
    listed = fields | {"List": [{"TemplateId": "tpl1", "SubscribeStatusString": "accept"}]}
    in_json = read(json.dumps(listed).encode())
    assert {(message.event, message.key, message.status) for message in (in_xml, in_json)} == {
        (event, "tpl1", "accept")
    }
    assert parse_message(pushed(f"<MsgType>event</MsgType><Event>{event}</Event>")).event == event


@pytest.mark.parametrize(
    ("message", "grant"),
    [
        (message_of("<MsgType>text</MsgType>"), Grant.MESSAGE),
        (message_of("<MsgType>voice</MsgType>"), Grant.MESSAGE),
        (message_of("<MsgType>text</MsgType><bizmsgmenuid>1</bizmsgmenuid>"), Grant.MENU),
        (event_of("CLICK"), Grant.MENU),
        (event_of("subscribe"), Grant.MENU),
        (event_of("SCAN"), Grant.MENU),
        (event_of("VIEW"), None),
        (event_of("unsubscribe"), None),
        (event_of("TEMPLATESENDJOBFINISH"), None),
    ],
)
def test_what_opens_which_quota(message: Message, grant: Grant | None) -> None:
    """Words open 48 hours, menu, code and tapped line a minute, everything else nothing."""
    assert grant_of(message) == grant


DISTINCT = [
    text_xml(message_id=1),
    text_xml(message_id=2),
    text_xml(message_id=1).replace(OPENID, "oSOMEBODY_ELSE"),
    text_xml(message_id=1).replace(str(NOW), str(NOW + 1)),
    text_xml(message_id=1).replace(ACCOUNT, "gh_other"),
    pushed("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>A</EventKey>"),
    pushed("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>B</EventKey>"),
    pushed("<MsgType>event</MsgType><Event>VIEW</Event><EventKey>A</EventKey>"),
    pushed("<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID>"),
    pushed("<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>2</MsgID>"),
    pushed("<MsgType>event</MsgType><Event>SCAN</Event><EventKey>A</EventKey><Ticket>t1</Ticket>"),
    pushed("<MsgType>event</MsgType><Event>SCAN</Event><EventKey>A</EventKey><Ticket>t2</Ticket>"),
]


def test_each_message_has_its_own_dedup_id() -> None:
    """Different messages, even of one second or of one id, have different ids; one message read twice has one."""
    first = [read(body.encode()).dedup_id for body in DISTINCT]
    assert len(set(first)) == len(DISTINCT)
    assert first == [read(body.encode()).dedup_id for body in DISTINCT]


def test_only_the_wire_knows_wechatpy() -> None:
    """No other file of the product imports wechatpy."""
    root = Path(__file__).parents[2]
    rooms = ("bot", "backend", "connectors", "dialogs")
    files = [path for room in rooms for path in (root / room).rglob("*.py")]
    knowing = [
        path for path in files if re.search(r"^\s*(from|import) wechatpy", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert knowing == [root / "connectors/wechat/wire.py"]


def read_or_refused(body: str) -> Message | str:
    """What a body says, or why it is refused."""
    try:
        return read(body.encode(errors="surrogatepass"))
    except Refused as refused:
        return refused.code


SIGNS = st.text(alphabet=st.sampled_from("a1 \t\n\r\0\x0b]>&<[!-/=\ufffe\ud800楼漏\u3000"), max_size=6)
PLAIN = st.sampled_from(["%s", "<![CDATA[%s]]>"])
OTHERS = st.lists(
    st.sampled_from(["<MsgId>5</MsgId>", "<Event/>", "<a-b>1</a-b>", "<Ünï>1</Ünï>", "<x><y>1</y></x>", "x"])
)


@settings(max_examples=500)
@given(PLAIN, SIGNS, OTHERS, st.sampled_from(["", "\n", "\u3000", "x"]))
def test_plain_rows_are_read_as_the_parser_reads_them(form: str, signs: str, others: list[str], gap: str) -> None:
    """A row of plain values is read faster, but never otherwise: a comment in it leaves it to the parser."""
    known = f"<FromUserName>{OPENID}</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>"
    row = f"{known}{gap}<Content>{form % signs}</Content>{''.join(others)}"
    assert read_or_refused(f"<xml>{row}</xml>{gap}") == read_or_refused(f"<xml><!---->{row}</xml>{gap}")
