"""Whatever a person, a host or an extractor gives the engine, in whatever order, the conversation survives it."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.kernel import engine
from dialogs.kernel import session as sessions
from dialogs.kernel.session import Session
from dialogs.kernel.sprint import Sprint
from dialogs.kernel.words import Entity, Input, InputKind, Returned, Understanding
from tests.dialogs.house import house

OTHERS = """\
  other:
    name: 另一件
    description: 问的是同样的东西
    x-keywords: [另一件]
    persisted_slots: [kind]
    steps: [{collect: story}, {collect: kind}, {collect: asked, force_slot_filling: true}, {call: find_place}]
  keeping:
    name: 先存着
    description: 没说什么事就发来的
    persisted_slots: [photos, place]
    x-sent: {photo: photos, voice: photos, location: place}
    steps: [{action: utter_kept}]
"""
RELEASES = (
    house(flows=OTHERS),
    house("  utter_attachment_kept: [{text: 收好了}]\n  utter_voice_unheard: [{text: 没听清}]\n"),
)
WORDS = [
    *(
        "取消",
        "算了不弄了",
        "上一步",
        "转人工",
        "我填了什么",
        "再说一遍",
        "跳过",
        "发完了",
        "帮助",
        "是",
        "不对",
        "更多",
        "?",
    ),
    *(
        "改一下",
        "电话改成13800000000",
        "电话错了，是13800000000",
        "另一件",
        "刚才那个地址写错了 是二单元",
        "类型错了",
        "照片改成两张",
        "人数错了五个",
        "错了",
    ),
    *(
        "1",
        "２",
        "三",
        "第一个",
        "9",
        "物业",
        "交上去",
        "说不清",
        "13900001234",
        "着火了",
        "拿刀",
        "漏水",
        "进度",
        "多少钱",
        "留言",
    ),
    *(
        "/SetSlots(role=mediator)",
        "/cancel",
        "{story}",
        "楼上漏水半年了",
        "万" * 12,
        "二单元",
        "\ud800",
        "\x00",
        "  ",
        "好" * 2500,
    ),
]
INTENTS = [
    "report",
    "check",
    "fee",
    "affirm",
    "deny",
    "cancel",
    "request_human",
    "help",
    "correct",
    "skip",
    "staff",
    "odd",
    None,
]
ENTITIES = ["phone_number", "location", "kind", "person_count", "stranger"]

texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=30))
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
entities = st.builds(
    Entity, st.sampled_from(ENTITIES), values, st.integers(-3, 40), st.integers(-3, 40), st.sampled_from([None, "home"])
)
confidences = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.3, 0.7, 0.95])
understandings = st.builds(
    Understanding,
    st.sampled_from(INTENTS),
    confidences,
    st.lists(st.tuples(st.sampled_from(["report", "check", "fee"]), confidences), max_size=3).map(tuple),
    st.lists(entities, max_size=3).map(tuple),
    st.dictionaries(
        st.sampled_from(ENTITIES), st.lists(st.tuples(texts, confidences), max_size=3).map(tuple), max_size=2
    ),
)
payloads = st.one_of(
    st.builds("{}-{}".format, st.integers(0, 12), st.integers(0, 9)),
    st.sampled_from(["REPORT", "qrscene_x", "/fee", "/cancel", "/report{", "/SetSlots(kind=noise)", ""]),
    texts,
)
attachments = st.none() | st.dictionaries(
    st.sampled_from(["kind", "media_id", "lat", "lng", "label"]) | texts, values, max_size=4
)
inputs = st.builds(Input, st.sampled_from(InputKind), texts, payloads, attachments, st.none() | understandings)
taps = st.integers(0, 5)
slots = st.dictionaries(st.sampled_from(["number", "unit", "choices", "phone", "odd", "role"]), values, max_size=3)
outcomes = st.sampled_from(["done", "invalid", "some", "none", "postponed", "unavailable"]) | texts
returns = st.builds(Returned, outcomes, slots)
moments = st.sampled_from(["2026-11-23T09:00:00+08:00", "2026-11-25T09:00:00+08:00", "2026-11-25", "", "x"])
moves = st.lists(st.tuples(st.one_of(inputs, inputs, taps, returns), moments, st.integers(0, 9)), max_size=14)


def _move(session: Session, move: Input | Returned | int, now: str, place: int) -> Sprint:
    release = RELEASES[place == 0]
    if isinstance(move, Returned):
        return engine.resume(release, session, move, now)
    if isinstance(move, int):
        buttons = [*session.earlier, *session.offers]
        button = buttons[-1 - move] if move < len(buttons) else None
        move = Input(InputKind.BUTTON, button.title if button else "", button.id if button else "0-0")
    assert engine.wants_entities(release, session, move) or not engine.wants_intent(release, session, move)
    return engine.start(release, session, move, now)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves)
def test_any_conversation_survives_and_replays(talk: list[tuple[Input | Returned | int, str, int]]) -> None:
    """Any sequence leaves a session that can be written, read and continued; nothing breaks, and it replays."""
    session = Session.new("s", "p")
    for move, now, place in talk:
        before = sessions.write(session)
        sprint = _move(session, move, now, place)
        again = _move(sessions.read(before), move, now, place)
        assert sessions.write(session) == before
        after = sessions.write(sprint.session)
        assert after == sessions.write(again.session)
        assert repr((sprint.replies, sprint.events, sprint.call)) == repr((again.replies, again.events, again.call))
        failures = [event.data for event in sprint.events if event.name == "failed"]
        assert not [failure for failure in failures if failure["error"] in ("internal", "no_response")]
        assert sprint.call is None or sprint.call == sprint.session.pending
        session = sessions.read(after)
        assert session == sprint.session


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves)
def test_a_person_is_always_one_word_away(talk: list[tuple[Input | Returned | int, str, int]]) -> None:
    """After anything at all, 转人工 calls a person, or says that one is on the way."""
    session = Session.new("s", "p")
    for move, now, place in talk:
        session = _move(session, move, now, place).session
    release = next(release for release in RELEASES if session.is_idle or release.id == session.release)
    sprint = engine.start(release, session, Input(InputKind.TEXT, "转人工"), "2026-11-23T09:00:00+08:00")
    said = {reply.response for reply in sprint.replies}
    assert (
        sprint.call is not None and sprint.call.action == "action_call_person"
    ) or "utter_call_still_pending" in said


@given(st.binary(max_size=60) | st.sampled_from([b"{}", b"[]", b"1", b'{"version":2}', b'{"version":1}']))
def test_what_is_no_session_is_refused(data: bytes) -> None:
    """Bytes that are no session raise ValueError and nothing else."""
    try:
        sessions.read(data)
    except ValueError:
        return
    raise AssertionError("read as a session")
