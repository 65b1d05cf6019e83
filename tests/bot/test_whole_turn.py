"""Tests: a message from the wire to the answer, with everything but WeChat and the backend real."""

from tests.bot.host_parts import Backend, Client, somebody
from tests.contract.platform import Platform, text, voice


async def test_a_person_gets_a_case_number(client: Client, backend: Backend) -> None:
    """Two messages lead to a case, submitted once for this person, and its number comes back."""
    me = somebody()
    assert (await client.deliver(text(me, "反映"))).text == "请说经过"
    answer = await client.deliver(text(me, "楼上漏水"))
    assert answer.text.startswith("登记好了，AH1")
    ((_, openid, key, body),) = backend.of("/cases")
    assert (openid, key != "", body) == (me, True, {"statement": "楼上漏水"})


async def test_each_delivery_repeated_three_times_is_one_case(client: Client, backend: Backend) -> None:
    """The same delivery three times gives the same answer three times and one case."""
    me = somebody()
    await client.deliver(text(me, "反映"))
    message = text(me, "楼上漏水")
    answers = [(await client.deliver(message)).text for _ in range(3)]
    assert len(set(answers)) == 1
    assert len(backend.of("/cases")) == 1


async def test_what_is_said_counts_like_what_is_typed(client: Client, backend: Backend) -> None:
    """Recognised speech loses its fillers and its stutter on the way to the case; without words the person is told."""
    me = somebody()
    assert (await client.deliver(voice(me, "嗯，我要反映。。。"))).text == "请说经过"
    assert (await client.deliver(voice(me))).text.startswith("utter_")
    answer = await client.deliver(voice(me, "呃，我我我家楼上漏水，，，半年了。。。"))
    assert answer.text.startswith("登记好了，AH1")
    ((_, _, _, body),) = backend.of("/cases")
    assert body == {"statement": "我家楼上漏水，半年了。"}


async def test_unsigned_requests_are_refused(client: Client, platform: Platform) -> None:
    """A forged request is refused and nobody is told anything."""
    query, body = text(somebody(), "反映").post()
    status = await client.post(query | {"msg_signature": "0" * 40}, body)
    assert (status, platform.calls) == (403, [])
