"""Notices and a platform that fails in every way it knows: what is repeated, sent by another channel, or given up."""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
import redis.asyncio

from tests.contract.platform import CUSTOM, TEMPLATE, Cut
from tests.contract.product import Product, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUBSCRIPTION = "/cgi-bin/message/subscribe/bizsend"
QUERY = (
    "select d.state, d.error, d.channel, d.attempts,"
    " d.available_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '+30 minutes')"
    " from deliveries d join cases c on c.id = d.case_id where c.number = ? and d.notice = ?"
)


class Notice(NamedTuple):
    """A row of the deliveries."""

    state: str
    error: str | None
    channel: str | None
    attempts: int
    in_half_an_hour: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def staffed(shared: Product) -> Product:
    """The product with a mediator who has bound the phone."""
    await shared.bound_mediator()
    return shared


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def well(staffed: Product) -> AsyncIterator[None]:
    """The platform fails as each test says, and is well afterwards; the worker begins anew."""
    yield
    platform = staffed.platform
    platform.recover()
    platform.shown.clear()
    platform.calls.clear()
    await staffed.stack.stop("worker", signal.SIGKILL)
    staffed.rows("update deliveries set state = 'cancelled' where state in ('waiting', 'buried')")
    await staffed.stack.start_worker()


class Hang:
    """A hook that holds a call: `reached` when it is there; it goes on when `free`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.reached, self.free = asyncio.Event(), asyncio.Event()

    async def __call__(self, path: str, _body: dict[str, Any]) -> int:
        """Wait, if it is this path."""
        if path == self._path:
            self.reached.set()
            await self.free.wait()
        return 0


def notice(product: Product, number: str, name: str = "task_assigned") -> Notice | None:
    """What is known of one notice of a case."""
    rows = product.rows(QUERY, number, name)
    return Notice(*rows[0]) if rows else None


async def in_state(product: Product, number: str, state: str, attempts: int = 1, name: str = "task_assigned") -> Notice:
    """The notice once it is in this state after so many attempts, under nobody's lease."""

    def there() -> bool:
        found = notice(product, number, name)
        return found is not None and found.state == state and found.attempts >= attempts

    await until(there)
    found = notice(product, number, name)
    assert found is not None
    return found


async def failed(product: Product, number: str) -> None:
    """Wait until a try to send the notice has failed."""

    def so() -> bool:
        found = notice(product, number)
        return found is not None and found.error is not None

    await until(so)


async def accept(product: Product, number: str) -> None:
    """The mediator accepts a case, of which the resident is told."""
    status, _ = await product.ask("POST", f"/tasks/{number}/accept", "mediator", {}, Idempotency_Key=number)
    assert status == 200


def cards(product: Product, number: str) -> int:
    """How often the mediator's phone shows the case."""
    return sum(number in str(body) for body in product.platform.phone("mediator"))


def tries(product: Product, path: str) -> int:
    """How often the API was called at a path."""
    return sum(called == path for called, _ in product.platform.calls)


async def test_killed_before_sending_the_notice_goes_out(staffed: Product) -> None:
    """A worker dies with a claimed notice that it has not sent: the next one sends it, once."""
    staffed.platform.before = hang = Hang(TEMPLATE)
    number = await staffed.person("before").report()
    await hang.reached.wait()
    await staffed.stack.stop("worker", signal.SIGKILL)
    staffed.platform.recover()
    staffed.time_passes()
    await staffed.stack.start_worker()
    await in_state(staffed, number, "done", attempts=2)
    assert cards(staffed, number) == 1


async def test_killed_after_sending_the_notice_is_not_doubled(staffed: Product) -> None:
    """A worker dies between sending and noting it: the next sends the same id again, and the platform shows it once."""
    staffed.platform.after = hang = Hang(TEMPLATE)
    number = await staffed.person("after").report()
    await hang.reached.wait()
    await staffed.stack.stop("worker", signal.SIGKILL)
    staffed.platform.recover()
    staffed.time_passes()
    await staffed.stack.start_worker()
    await in_state(staffed, number, "done", attempts=2)
    sent = {body["client_msg_id"] for body in staffed.platform.sent(TEMPLATE, "mediator")}
    assert (len(sent), tries(staffed, TEMPLATE), cards(staffed, number)) == (1, 2, 1)


async def test_a_text_whose_end_nobody_knows_is_not_repeated(staffed: Product) -> None:
    """A worker dies while a customer-service message is under way: it is given up in sight, not sent twice."""
    number = await staffed.person("unknown").report()
    await in_state(staffed, number, "done")
    staffed.platform.after = hang = Hang(CUSTOM)
    await accept(staffed, number)
    await hang.reached.wait()
    await staffed.stack.stop("worker", signal.SIGKILL)
    staffed.platform.recover()
    staffed.time_passes()
    await staffed.stack.start_worker()
    found = await in_state(staffed, number, "buried", 2, "case_accepted")
    assert found.error == "unknown_whether_sent"
    assert len(staffed.platform.phone("unknown")) == 1


async def test_a_worker_that_was_thought_dead_goes_on_working(staffed: Product) -> None:
    """Overtaken while it hangs: the notice is shown once, and the overtaken worker is still alive and of use."""
    staffed.platform.after = hang = Hang(TEMPLATE)
    number = await staffed.person("overtaken").report()
    await hang.reached.wait()
    staffed.time_passes()
    staffed.platform.recover()
    await staffed.stack.start_worker("rival")
    await in_state(staffed, number, "done", attempts=2)
    await staffed.stack.stop("rival")
    hang.free.set()
    later = await staffed.person("overtaken-later").report()
    await in_state(staffed, later, "done")
    assert staffed.stack.processes["worker"].returncode is None
    assert (cards(staffed, number), cards(staffed, later)) == (1, 1)


@pytest.mark.parametrize(("code", "calls", "error"), [(-1, 3, "Busy -1"), (40001, 2, "TokenRefused 40001")])
async def test_what_may_pass_is_tried_again(staffed: Product, code: int, calls: int, error: str) -> None:
    """Busy, or no token that holds: a bounded number of calls, then a pause; afterwards it goes out, once."""
    staffed.platform.fault = lambda path: code if path == TEMPLATE else 0
    number = await staffed.person(f"again{code}").report()
    await failed(staffed, number)
    found = await in_state(staffed, number, "waiting")
    assert (found.error, tries(staffed, TEMPLATE)) == (error, calls)
    staffed.platform.recover()
    staffed.time_passes()
    await in_state(staffed, number, "done", attempts=2)
    assert cards(staffed, number) == 1


async def test_no_token_at_all_sends_nothing(staffed: Product) -> None:
    """Where no token is to be had nothing is sent and everything waits."""
    async with redis.asyncio.Redis.from_url(staffed.stack.redis.url) as client:
        await client.delete(*[key async for key in client.scan_iter(match="hwg:token:*")])
    staffed.platform.fault = lambda _path: 40125
    number = await staffed.person("no-token").report()
    await failed(staffed, number)
    assert (await in_state(staffed, number, "waiting")).error == "TokenRefused 40125"
    assert tries(staffed, TEMPLATE) == 0
    staffed.platform.recover()
    staffed.time_passes()
    await in_state(staffed, number, "done", attempts=2)


async def test_a_days_limit_is_waited_for_without_holding_up_others(staffed: Product) -> None:
    """45009: the API is left alone for long, while other channels' notices go out."""
    accepted = await staffed.person("other").report()
    await in_state(staffed, accepted, "done")
    staffed.platform.fault = lambda path: 45009 if path == TEMPLATE else 0
    number = await staffed.person("limit").report()
    await failed(staffed, number)
    found = await in_state(staffed, number, "waiting")
    assert (found.error, found.in_half_an_hour) == ("RateLimited 45009", 1)
    await accept(staffed, accepted)
    await in_state(staffed, accepted, "done", name="case_accepted")
    assert tries(staffed, TEMPLATE) == 2


@pytest.mark.parametrize("code", [47003, 43004, 48001])
async def test_a_refused_form_goes_by_the_next_channel(staffed: Product, code: int) -> None:
    """A field, a follower or a permission that is wrong is not repeated: the subscription notice tells the same."""
    staffed.platform.fault = lambda path: code if path == TEMPLATE else 0
    number = await staffed.person(f"next{code}").report()
    found = await in_state(staffed, number, "done")
    assert (found.channel, tries(staffed, TEMPLATE), cards(staffed, number)) == ("subscription", 1, 1)


async def test_where_no_channel_is_open_it_is_buried(staffed: Product) -> None:
    """Not a follower, no consent, window closed: each channel is tried once, then it is given up in sight."""
    codes = {TEMPLATE: 43004, SUBSCRIPTION: 43101, CUSTOM: 45015}
    staffed.platform.fault = lambda path: codes.get(path, 0)
    number = await staffed.person("closed").report()
    found = await in_state(staffed, number, "buried")
    assert (found.error, [tries(staffed, path) for path in codes]) == ("no_channel", [1, 1, 1])
    assert cards(staffed, number) == 0


async def test_a_wrong_address_is_not_repeated(staffed: Product) -> None:
    """40164: an operator must act; it is given up in sight after one call."""
    staffed.platform.fault = lambda path: 40164 if path == TEMPLATE else 0
    number = await staffed.person("address").report()
    found = await in_state(staffed, number, "buried")
    assert (found.error, tries(staffed, TEMPLATE)) == ("IpNotAllowed 40164", 1)


async def test_a_cut_connection_is_repeated_and_shown_once(staffed: Product) -> None:
    """Nobody knows whether it was sent: the same id goes out again, and the platform tells them apart."""

    async def cut(path: str, _body: dict[str, Any]) -> int:
        if path == TEMPLATE:
            raise Cut
        return 0

    staffed.platform.after = cut
    number = await staffed.person("cut").report()
    await failed(staffed, number)
    assert (await in_state(staffed, number, "waiting")).error == "Unreachable 0"
    staffed.platform.recover()
    staffed.time_passes()
    await in_state(staffed, number, "done", attempts=2)
    assert cards(staffed, number) == 1


async def test_a_platform_that_hangs_holds_up_nobody_for_long(staffed: Product) -> None:
    """A call without an answer ends by its time-out; what waits behind it goes out, and it is tried again."""
    staffed.platform.before = hang = Hang(TEMPLATE)
    number = await staffed.person("hangs").report()
    await hang.reached.wait()
    staffed.platform.recover()
    behind = await staffed.person("behind").report()
    await in_state(staffed, behind, "done")
    staffed.time_passes()
    await in_state(staffed, number, "done", attempts=2)
    assert (cards(staffed, number), cards(staffed, behind)) == (1, 1)
