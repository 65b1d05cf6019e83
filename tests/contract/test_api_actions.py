"""The backend answers what the flows' actions ask: same routes, same outcomes, the slots that were promised."""

from aiohttp import ClientSession

from backend.api.routes import ROUTES as SERVED
from backend.services.reception.calendar import keep_published
from connectors.backend import ROUTES as ASKED
from connectors.backend import BackendClient
from tests.backend.world import PHONE, REPORT, TOKEN, World
from tests.contract.asking import ACTIONS, Asker, handled
from tests.contract.test_booking_actions import OURS as BOOKINGS
from tests.contract.test_desk_actions import OURS as AT_THE_DESK

RESIDENT, MEDIATOR, COLLEAGUE, STRANGER = "o-resident", "o-mediator", "o-colleague", "o-stranger"
UNKNOWN = "AH2026030499993"
Given = dict[str, object]
Step = tuple[str, str, Given, str]
RIGHT: Given = {"phone_last4": PHONE[-4:]}
WRONG: Given = {"phone_last4": "0000"}
ADD: Given = {"material_text": "又漏了", "attachments": []}
AGREED: Given = {"resolve_result": "agreed", "resolve_note": "修好了"}
REASON: Given = {"refuse_reason": "是亲戚"}
NOTE: Given = {"contact_note": "打过电话"}
NUMBER: Given = {"binding_code": "000000"}

BEFORE: tuple[Step, ...] = (
    (RESIDENT, "action_centre_info", {}, "done"),
    (RESIDENT, "action_request_human", {}, "done"),
    (RESIDENT, "action_list_cases", {}, "none"),
    (RESIDENT, "action_submit_case", dict(REPORT), "consent_missing"),
    (RESIDENT, "action_record_consent", {"consent_version": "1"}, "done"),
    (RESIDENT, "action_submit_case", {**REPORT, "contact_phone": "1"}, "invalid"),
    (RESIDENT, "action_match_place", {"place": "阳光小区"}, "matched"),
    (RESIDENT, "action_match_place", {"place": "安和区"}, "ambiguous"),
    (RESIDENT, "action_match_place", {"place": "北京市"}, "outside"),
    (RESIDENT, "action_match_place", {"place": "大树底下"}, "unknown"),
)
OPEN: tuple[Step, ...] = (
    (RESIDENT, "action_list_cases", {}, "one"),
    (RESIDENT, "action_show_case", {}, "found"),
    (RESIDENT, "action_show_case", {"case_number": None}, "case_not_found"),
    (STRANGER, "action_find_case", RIGHT, "found"),
    (STRANGER, "action_find_case", WRONG, "case_not_found"),
    (RESIDENT, "action_withdraw_consent", {}, "open_cases"),
    (STRANGER, "action_add_material", ADD, "case_not_found"),
    (RESIDENT, "action_add_material", ADD, "done"),
    (STRANGER, "action_urge_case", {}, "case_not_found"),
    (RESIDENT, "action_urge_case", {}, "done"),
    (RESIDENT, "action_urge_case", {}, "urged_recently"),
    (STRANGER, "action_withdraw_case", {"withdraw_reason": ""}, "case_not_found"),
    (STRANGER, "action_list_tasks", {}, "not_bound"),
    (STRANGER, "action_show_task", {}, "not_bound"),
    (STRANGER, "action_accept_task", {}, "not_bound"),
    (STRANGER, "action_refuse_task", REASON, "not_bound"),
    (STRANGER, "action_log_contact", NOTE, "not_bound"),
    (STRANGER, "action_resolve_task", AGREED, "not_bound"),
    (MEDIATOR, "action_bind_staff", NUMBER, "code_invalid"),
    (MEDIATOR, "action_bind_staff", {"binding_code": "s-ah01-centre-1"}, "done"),
    (MEDIATOR, "action_bind_staff", NUMBER, "already_bound"),
    (COLLEAGUE, "action_bind_staff", {"binding_code": "s-ah01-centre-2"}, "done"),
    (COLLEAGUE, "action_list_tasks", {}, "none"),
    (COLLEAGUE, "action_accept_task", {}, "not_your_case"),
    (COLLEAGUE, "action_refuse_task", REASON, "not_your_case"),
    (COLLEAGUE, "action_log_contact", NOTE, "not_your_case"),
    (COLLEAGUE, "action_resolve_task", AGREED, "not_your_case"),
    (MEDIATOR, "action_list_tasks", {}, "one"),
    (MEDIATOR, "action_show_task", {}, "found"),
    (MEDIATOR, "action_show_task", {"case_number": UNKNOWN}, "case_not_found"),
    (MEDIATOR, "action_accept_task", {"case_number": UNKNOWN}, "case_not_found"),
    (MEDIATOR, "action_accept_task", {}, "done"),
    (MEDIATOR, "action_accept_task", {}, "already_accepted"),
    (MEDIATOR, "action_log_contact", {**NOTE, "case_number": UNKNOWN}, "case_not_found"),
    (MEDIATOR, "action_log_contact", NOTE, "done"),
    (MEDIATOR, "action_refuse_task", {**REASON, "case_number": UNKNOWN}, "case_not_found"),
    (MEDIATOR, "action_refuse_task", REASON, "done"),
    (COLLEAGUE, "action_resolve_task", {**AGREED, "case_number": UNKNOWN}, "case_not_found"),
    (COLLEAGUE, "action_resolve_task", AGREED, "done"),
)
CLOSED: tuple[Step, ...] = (
    (RESIDENT, "action_add_material", ADD, "case_closed"),
    (RESIDENT, "action_urge_case", {}, "case_closed"),
    (RESIDENT, "action_withdraw_case", {"withdraw_reason": ""}, "case_closed"),
    (COLLEAGUE, "action_accept_task", {}, "case_closed"),
    (COLLEAGUE, "action_refuse_task", REASON, "case_closed"),
    (COLLEAGUE, "action_log_contact", NOTE, "case_closed"),
    (COLLEAGUE, "action_resolve_task", AGREED, "case_closed"),
    (RESIDENT, "action_withdraw_consent", {}, "done"),
    (RESIDENT, "action_record_consent", {"consent_version": "2"}, "done"),
    *((RESIDENT, "action_submit_case", dict(REPORT), "done"),) * 4,
    (RESIDENT, "action_submit_case", dict(REPORT), "too_many_cases"),
    (RESIDENT, "action_list_cases", {}, "some"),
    (MEDIATOR, "action_list_tasks", {}, "some"),
    *((STRANGER, "action_find_case", WRONG, "case_not_found"),) * 4,
    (STRANGER, "action_find_case", RIGHT, "too_many_attempts"),
    *((STRANGER, "action_bind_staff", NUMBER, "code_invalid"),) * 5,
    (STRANGER, "action_bind_staff", NUMBER, "too_many_attempts"),
)
SEARCHES = {"action_reception_calendar", "action_find_slots"}
FRIDAY: Given = {"start": "2026-03-06T00:00:00", "end": "2026-03-06T23:59:59"}
SATURDAY: Given = {"start": "2026-03-07T00:00:00", "end": "2026-03-07T23:59:59"}
UNPUBLISHED: tuple[Step, ...] = (
    (RESIDENT, "action_reception_calendar", {"when": None}, "not_published"),
    (RESIDENT, "action_find_slots", {"when": None}, "nothing"),
)
PUBLISHED: tuple[Step, ...] = (
    (RESIDENT, "action_reception_calendar", {"when": None}, "found"),
    (RESIDENT, "action_find_slots", {"when": None}, "some"),
    (RESIDENT, "action_find_slots", {"when": SATURDAY}, "closed_day"),
    (RESIDENT, "action_find_slots", {"when": {"start": "2026-03-03", "end": "2026-03-03"}}, "past"),
    (RESIDENT, "action_find_slots", {"when": {"start": "2026-03-04", "end": "2026-03-04"}}, "too_soon"),
    (RESIDENT, "action_find_slots", {"when": {"start": "2026-09-01", "end": "2026-09-01"}}, "too_far"),
    (RESIDENT, "action_find_slots", {"leader_text": "马县长"}, "unknown_leader"),
)


class Speaker:
    """The bot's own client, which takes steps about the case it heard of last."""

    def __init__(self, client: BackendClient, world: World) -> None:
        self._asker = Asker(client)
        self._world = world
        self._number = ""
        self.seen = self._asker.seen

    async def play(self, steps: tuple[Step, ...]) -> None:
        """Take the steps, each with a key of its own."""
        for openid, action, arguments, expected in steps:
            filled = {"case_number": self._number, **arguments}
            if str(filled.get("binding_code", "")).startswith("s-"):
                filled["binding_code"] = await self._world.code(str(filled["binding_code"]))
            slots = await self._asker.ask(openid, action, expected, **filled)
            self._number = str(slots.get("case_number") or self._number)


async def test_every_outcome_happens_and_keeps_its_promise(world: World) -> None:
    """Each outcome that the flows handle can happen, and fills the slots of its example with the same types."""
    async with ClientSession() as http:
        speaker = Speaker(BackendClient(http, str(world.http.make_url("/")), TOKEN), world)
        await speaker.play(BEFORE)
        await speaker.play(((RESIDENT, "action_submit_case", dict(REPORT), "done"), *OPEN, *CLOSED))
        withdrawn: Step = (RESIDENT, "action_withdraw_case", {"withdraw_reason": "和好了"}, "done")
        await speaker.play((withdrawn,))
        code = await world.code("s-ah02-centre-1")
        world.clock.forward(days=8)
        await speaker.play((("o-late", "action_bind_staff", {"binding_code": code}, "code_expired"),))
    assert handled(set(ACTIONS) - SEARCHES - set(AT_THE_DESK) - set(BOOKINGS)) - speaker.seen == set()


async def test_every_outcome_of_looking_for_a_time_happens(world: World) -> None:
    """The calendar and the search answer each of their outcomes, and keep the promises made for it."""
    async with ClientSession() as http:
        speaker = Speaker(BackendClient(http, str(world.http.make_url("/")), TOKEN), world)
        await speaker.play(UNPUBLISHED)
        async with world.store.write() as work:
            await keep_published(world.desk, work)
        await speaker.play(PUBLISHED)
        async with world.store.write() as work:
            for one in await work.receptions.month("2026-03", world.clock.now()):
                for slot in one.slots:
                    seats = await work.receptions.seats(slot.id, world.clock.now())
                    await work.receptions.drop_seats([seat for seat, _, _ in seats])
        await speaker.play(((RESIDENT, "action_find_slots", {"when": FRIDAY}, "full"),))
    assert handled(SEARCHES) - speaker.seen == set()


def test_every_action_has_its_route() -> None:
    """Method, path, inputs and the need of a key are the same on both sides."""
    served = {(route.method, route.path): route for route in SERVED}
    assert set(ASKED) == set(ACTIONS)
    for action, asked in ASKED.items():
        route = served[(asked.method, asked.path)]
        inputs = set(ACTIONS[action]["inputs"]) - set(asked.in_path)
        assert (action, route.keyed, set(route.body.model_fields)) == (action, asked.writes, inputs)
