"""Tests: understanding put together from its parts."""

from datetime import datetime

import pytest

from bot.metrics import Meters
from bot.mind import Understander
from connectors.extractors import Gazetteer, extract
from connectors.speech import PlatformRecognition
from dialogs.kernel.words import Entity, Input, InputKind, Understanding

AT = 1_795_245_300.0
"""Saturday 21 November 2026, 15:15 in China."""


class Parser:
    """Answers what it is told to."""

    def __init__(self, answer: Understanding | None = None, **answers: Understanding) -> None:
        self.answer = answer
        self.answers = answers
        self.asked: list[str] = []

    async def parse(self, text: str) -> Understanding | None:
        """Remember the question."""
        self.asked.append(text)
        return self.answers.get(text, self.answer)


def picked(text: str, now: datetime) -> tuple[Entity, ...]:
    """What the extractors find without places."""
    return extract(text, now, Gazetteer())


async def test_a_silent_parser_leaves_what_was_picked_out() -> None:
    """Without Rasa the entities are there, no intent is, and the silence is counted."""
    meters = Meters()
    mind = Understander(Parser(), PlatformRecognition(), picked, meters)
    understood = await mind.understand("周五，老板欠我钱", AT, intent=True)
    assert understood.intent is None
    assert [each.entity for each in understood.entities] == ["time", "other_party"]
    assert b"bot_rasa_silent_total 1.0" in meters.page()


async def test_the_parser_is_asked_only_for_the_intent() -> None:
    """Where only entities matter, nobody waits for Rasa."""
    parser = Parser(Understanding("greet", 0.9))
    mind = Understander(parser, PlatformRecognition(), picked, Meters())
    assert (await mind.understand("周五", AT, intent=False)).intent is None
    assert parser.asked == []
    assert (await mind.understand("你好", AT, intent=True)).intent == "greet"


async def test_speech_becomes_words_and_what_cannot_is_counted() -> None:
    """Recognised words come without fillers; a recording without words stays one."""
    meters = Meters()
    mind = Understander(Parser(), PlatformRecognition(), picked, meters)
    assert await mind.words(Input(InputKind.VOICE, "嗯，我我家漏水。。。")) == "我家漏水。"
    assert await mind.words(Input(InputKind.VOICE)) == ""
    assert b"bot_voice_unheard_total 1.0" in meters.page()


async def test_stretches_that_may_be_matters_are_understood_apart() -> None:
    """The whole and each stretch have their own meaning and entities; one stretch alone has no parts."""
    parser = Parser(Understanding("report_dispute", 0.6), 老板欠我两个月工资=Understanding("report_dispute", 0.9))
    mind = Understander(parser, PlatformRecognition(), picked, Meters())
    understood = await mind.understand("物业不管漏水，还有老板欠我两个月工资", AT, intent=True)
    assert [(part.text, part.understanding.confidence) for part in understood.parts] == [
        ("物业不管漏水", 0.6),
        ("老板欠我两个月工资", 0.9),
    ]
    assert [each.value for each in understood.parts[1].understanding.entities if each.entity == "other_party"] == [
        "老板"
    ]
    assert (await mind.understand("物业不管漏水", AT, intent=True)).parts == ()
    assert len(parser.asked) == 4


@pytest.mark.parametrize(("text", "kinds"), [("在阳光小区", 0), ("阳光小区天天停水", 1)])
async def test_the_name_of_a_place_is_no_kind_of_dispute(text: str, kinds: int) -> None:
    """Asked for the kind, somebody says where it is: that answers nothing, however much the name sounds like one."""
    rivals = {"dispute_type": (("property_management", 0.9),)}
    parser = Parser(Understanding("report_dispute", 0.9, (), (Entity("dispute_type", "property_management"),), rivals))

    def found(_text: str, _now: datetime) -> tuple[Entity, ...]:
        at = text.index("阳光小区")
        return (Entity("location", {"name": "阳光小区"}, at, at + 4),)

    understood = await Understander(parser, PlatformRecognition(), found, Meters()).understand(text, AT, intent=True)
    assert (len(understood.rivals), understood.intent) == (kinds, "report_dispute")
    assert [one.entity for one in understood.entities] == ["dispute_type"] * kinds + ["location"]
