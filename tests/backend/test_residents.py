"""What residents may do and see."""

from backend.domain.refusal import Code
from tests.backend.world import MEDIATOR, PHONE, REPORT, RESIDENT, STATEMENT, World

OTHER = "o-other"


async def test_without_consent_nothing_is_taken(world: World) -> None:
    """A case from somebody who has not agreed is refused and leaves nothing."""
    status, answer = await world.call("POST", "/cases", RESIDENT, REPORT)
    assert (status, answer["code"]) == (403, "consent_missing")
    await world.consent()
    assert (await world.call("GET", "/cases"))[1] == {"outcome": "none"}


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"statement": "  "}, "事情经过不能是空的"),
    ({"statement": "长" * 5000}, "事情经过超出"),
    ({"contact_name": None}, "称呼"),
    ({"contact_phone": "12345"}, "电话号码好像不对"),
    ({"dispute_type": "out_criminal"}, "哪一类"),
    ({"person_count": "很多"}, "人数"),
    ({"person_count": -1}, "人数"),
    ({"attachments": [{"kind": "photo", "media_id": "m"}] * 21}, "附件超出"),
    ({"attachments": "photo"}, "附件"),
)


async def test_what_does_not_fit_is_refused_in_chinese(world: World) -> None:
    """A wrong field is named in plain words with the code invalid, what was sent is not repeated, nothing is kept."""
    await world.consent()
    for change, words in WRONG:
        status, answer = await world.call("POST", "/cases", RESIDENT, {**REPORT, **change})
        assert (status, answer["code"]) == (400, "invalid")
        assert words in answer["error"]
        assert "长长" not in answer["error"]
    assert (await world.call("GET", "/cases"))[1] == {"outcome": "none"}


async def test_slots_as_the_flows_hold_them_are_understood(world: World) -> None:
    """Entities instead of words, numbers as text or float, nothing where nothing was said: all is taken."""
    changes: dict[str, object] = {
        "since_when": {"start": "2025-09-01", "end": "2025-09-30"},
        "place": {"text": "阳光小区", "code": "AH010101"},
        "person_count": 3.0,
        "other_party": None,
        "handled_by": None,
        "wish": None,
        "dispute_type": None,
        "attachments": None,
        "urgent": None,
        "area_code": "AH-unknown",
    }
    number = await world.submit(RESIDENT, **changes)
    assert number.startswith("AH20260304")
    assert (await world.call("GET", f"/cases/{number}"))[1]["unit_name"] == "安和区矛调中心"


async def test_the_answer_names_who_when_and_what_next(world: World) -> None:
    """Number, unit, its phone, the next step and its date go back to the resident."""
    await world.bind()
    await world.consent()
    _, answer = await world.call("POST", "/cases", RESIDENT, REPORT)
    assert answer == {
        "outcome": "done",
        "case_number": "AH2026030400012",
        "unit_name": "酒仙桥街道矛调中心",
        "unit_phone": "0537-5550101",
        "next_step": "王调解员会先打电话跟您了解情况",
        "due_text": "3月6日（周五）下班前",
    }


async def test_an_urgent_case_has_hours_not_days(world: World) -> None:
    """Violence and the like shorten the deadlines to hours by the clock."""
    await world.consent()
    _, answer = await world.call("POST", "/cases", RESIDENT, {**REPORT, "urgent": True})
    assert answer["due_text"] == "3月4日（周三）下午2:00前"


async def test_numbers_never_repeat(world: World) -> None:
    """Each case has its own number, and a new day begins a new count."""
    numbers = [await world.submit(f"o-{n}") for n in range(12)]
    world.clock.forward(days=1)
    numbers.append(await world.submit("o-next-day"))
    assert len(set(numbers)) == 13
    assert numbers[-1].startswith("AH202603050001")


async def test_too_many_open_cases_are_refused(world: World) -> None:
    """Five open cases are enough; after one is withdrawn the day's count still holds, the next day does not."""
    numbers = [await world.submit() for _ in range(5)]
    assert (await world.call("POST", "/cases", RESIDENT, REPORT))[1]["code"] == "too_many_cases"
    await world.call("POST", f"/cases/{numbers[0]}/withdraw", RESIDENT, {})
    assert (await world.call("POST", "/cases", RESIDENT, REPORT))[1]["code"] == "too_many_cases"
    world.clock.forward(days=1)
    assert (await world.call("POST", "/cases", RESIDENT, REPORT))[1]["outcome"] == "done"


async def test_nobody_sees_or_touches_anothers_case(world: World) -> None:
    """For everybody else a case does not exist, whatever they try."""
    number = await world.submit()
    for method, path in (("GET", ""), ("POST", "/materials"), ("POST", "/urge"), ("POST", "/withdraw")):
        body = {"material_text": "x"} if method == "POST" else None
        status, answer = await world.call(method, f"/cases/{number}{path}", OTHER, body)
        assert (status, answer["code"]) == (404, "case_not_found")
    assert (await world.call("GET", "/cases", OTHER))[1] == {"outcome": "none"}


async def test_a_number_that_is_none_is_not_found(world: World) -> None:
    """Odd numbers are answered like unknown ones."""
    await world.submit()
    for number in ("-", "AH", "AH2026030400012345", "%E4%BD%A0", "AH2026030499993"):
        assert (await world.call("GET", f"/cases/{number}"))[1]["code"] == "case_not_found"


async def test_a_case_is_found_by_number_and_phone(world: World) -> None:
    """Anybody with the number and the last four digits sees how it stands, but not what was said."""
    number = await world.submit()
    body = {"case_number": number.lower(), "phone_last4": PHONE[-4:]}
    _, found = await world.call("POST", "/cases/find", OTHER, body)
    assert found["outcome"] == "found"
    assert STATEMENT not in str(found)
    assert PHONE not in str(found)


async def test_guessing_is_limited_and_tells_nothing(world: World) -> None:
    """A wrong number and a wrong phone get the same answer, and after five of them even the right one must wait."""
    number = await world.submit()
    right = {"case_number": number, "phone_last4": "8000"}
    wrong = [
        {**right, "phone_last4": "0000"},
        {**right, "phone_last4": "八零零零"},
        {**right, "case_number": "AH2026030499993"},
    ]
    answers = [await world.call("POST", "/cases/find", OTHER, body) for body in [*wrong, *wrong[:2]]]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][1]["code"] == "case_not_found"
    assert (await world.call("POST", "/cases/find", OTHER, right))[1]["code"] == "too_many_attempts"
    assert (await world.call("POST", "/cases/find", "o-third", right))[1]["outcome"] == "found"
    world.clock.forward(hours=1)
    assert (await world.call("POST", "/cases/find", OTHER, right))[1]["outcome"] == "found"


async def test_material_reaches_the_mediator(world: World) -> None:
    """Words added later stand in the task, the mediator is told, and empty material is refused."""
    await world.bind()
    number = await world.submit()
    assert (await world.call("POST", f"/cases/{number}/materials", RESIDENT, {}))[1]["code"] == "invalid"
    body = {"material_text": "昨天又漏了", "attachments": [{"kind": "location", "lat": 36.5, "lng": 116.2}]}
    assert (await world.call("POST", f"/cases/{number}/materials", RESIDENT, body))[1] == {"outcome": "done"}
    await world.work()
    assert "补充" in world.said_to(MEDIATOR)[-1]
    _, task = await world.call("GET", f"/tasks/{number}", MEDIATOR)
    assert "昨天又漏了" in task["task_text"]
    assert "照片、语音等：1 样" in task["task_text"]


async def test_urging_tells_the_mediator_once_a_day(world: World) -> None:
    """The mediator is told; a second urging within a day is refused with the time from which it counts again."""
    await world.bind()
    number = await world.submit()
    _, answer = await world.call("POST", f"/cases/{number}/urge")
    assert (answer["outcome"], answer["due_text"]) == ("done", "3月5日（周四）下班前")
    status, answer = await world.call("POST", f"/cases/{number}/urge")
    assert (status, answer["code"], answer["next_urge_text"]) == (409, "urged_recently", "3月5日（周四）上午10:00以后")
    await world.work()
    assert sum("催办" in text for text in world.said_to(MEDIATOR)) == 1


async def test_a_withdrawn_case_is_over(world: World) -> None:
    """The mediator is told, the resident sees it, and every further deed is refused with case_closed."""
    await world.bind()
    number = await world.submit()
    body = {"withdraw_reason": "和好了"}
    assert (await world.call("POST", f"/cases/{number}/withdraw", RESIDENT, body))[1] == {"outcome": "done"}
    for path in ("urge", "withdraw", "materials"):
        answer = (await world.call("POST", f"/cases/{number}/{path}", RESIDENT, {"material_text": "x"}))[1]
        assert answer["code"] == Code.CASE_CLOSED
    assert (await world.call("POST", f"/tasks/{number}/accept", MEDIATOR))[1]["code"] == "case_closed"
    await world.work()
    assert "撤回" in world.said_to(MEDIATOR)[-1]
    assert (await world.call("GET", f"/cases/{number}"))[1]["case_status"] == "已撤回"


async def test_several_cases_are_offered_by_type_and_day(world: World) -> None:
    """Open cases come first, each as a button that carries its number."""
    closed = await world.submit(dispute_type="lending")
    await world.call("POST", f"/cases/{closed}/withdraw", RESIDENT, {})
    opened = await world.submit()
    _, answer = await world.call("GET", "/cases")
    assert answer == {
        "outcome": "some",
        "case_choices": [
            {"title": "物业纠纷 3月4日", "payload": f"/SetSlots(case_number={opened})"},
            {"title": "民间借贷纠纷 3月4日", "payload": f"/SetSlots(case_number={closed})"},
        ],
    }


async def test_who_wants_a_person_is_heard(world: World) -> None:
    """The answer tells phone and hours, and everybody at the centre who can be reached is told."""
    await world.bind("s-county-centre-1", MEDIATOR)
    _, answer = await world.call("POST", "/handovers")
    assert answer == {"outcome": "done", "centre_phone": "0537-5550100", "centre_hours": "周一到周五 9:00—17:00"}
    await world.work()
    assert len(world.said_to(MEDIATOR)) == 1


SPOKEN: tuple[tuple[object, str], ...] = (
    ("酒仙桥街道阳光小区", "matched"),
    ({"kind": "location", "lat": 36.5105, "lng": 116.194, "label": ""}, "matched"),
    ({"code": "AH01", "name": "酒仙桥街道", "level": "town", "text": "酒仙桥"}, "matched"),
    ({"lat": "x", "lng": 500}, "unknown"),
    ("安和区", "ambiguous"),
    ("青岛市市南区", "outside"),
    ("大树底下", "unknown"),
)


async def test_places_are_matched(world: World) -> None:
    """Words, shared locations and entities lead to an area, a question, elsewhere or nowhere."""
    for place, outcome in SPOKEN:
        _, answer = await world.call("POST", "/places/match", RESIDENT, {"place": place})
        assert answer["outcome"] == outcome
        assert ("area_code" in answer, "place_choices" in answer) == (outcome == "matched", outcome == "ambiguous")
