"""The API client: each answer of the platform leads to what the bot must do, and no call is made too often."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, web
from redis.asyncio import Redis

from connectors.wechat import errors
from connectors.wechat.client import MAX_MEDIA_BYTES, OFF_S, QrCode, WeChatClient
from connectors.wechat.exchange import Media
from connectors.wechat.tokens import TokenStore
from tests.connectors.wechat_account import APP_ID, OPENID, SECRET, Api

SEND = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
MEDIA = "/cgi-bin/media/get"
NOWHERE = "http://127.0.0.1:9"

Answer = dict[str, Any] | web.StreamResponse


@dataclass
class Stage:
    """A client with its API: `answers` are given in turn, then the last one again; time stands unless moved."""

    client: WeChatClient
    api: Api
    answers: list[Callable[[], Answer]]
    pauses: list[float] = field(default_factory=list)
    now: float = 1000.0

    def will(self, *answers: Answer | int) -> None:
        """Say what the API answers: an errcode or a whole answer."""
        self.answers[:] = [_maker(answer) for answer in answers]


def _maker(answer: Answer | int) -> Callable[[], Answer]:
    if isinstance(answer, int):
        return lambda: {"errcode": answer, "errmsg": "said by the test"}
    return lambda: answer


@pytest.fixture
async def stage(redis_client: Redis) -> AsyncIterator[Stage]:
    """A client on a real Redis and a tiny API."""
    answers: list[Callable[[], Answer]] = [lambda: {"errcode": 0}]
    tokens_given = 0

    async def respond(request: web.Request, _body: dict[str, Any]) -> Answer:
        nonlocal tokens_given
        if request.path.endswith("token"):
            tokens_given += 1
            return {"access_token": f"token-{tokens_given}", "expires_in": 7200}
        return answers.pop(0)() if len(answers) > 1 else answers[0]()

    async with Api(respond) as api, ClientSession() as http:

        async def pause(seconds: float) -> None:
            staged.pauses.append(seconds)

        tokens = TokenStore(redis_client, http, APP_ID, SECRET, api.base, sleep=pause)
        client = WeChatClient(http, tokens, api.base, sleep=pause, chance=lambda: 0.5, clock=lambda: staged.now)
        staged = Stage(client, api, answers)
        yield staged


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_always_refused_token_ends_after_two_calls(stage: Stage, code: int) -> None:
    """An API that refuses every token sees a send twice, each time with another token, and then no more."""
    stage.will(code)
    with pytest.raises(errors.TokenRefused):
        await stage.client.send_text(OPENID, "好")
    assert stage.api.tokens_used(SEND) == ["token-1", "token-2"]
    assert len(stage.api.calls) <= 5


async def test_refused_and_busy_in_turn_still_ends(stage: Stage) -> None:
    """Refusal and busy mixed do not add up to endless calls."""
    stage.will(-1, 40001, -1, 40001)
    with pytest.raises(errors.TokenRefused):
        await stage.client.send_text(OPENID, "好")
    assert len(stage.api.asked(SEND)) == 4


async def test_token_refused_once_is_renewed_and_the_call_made_once_more(stage: Stage) -> None:
    """After one refusal the message is sent with a new token, once."""
    stage.will(40001, 0)
    await stage.client.send_text(OPENID, "好")
    assert stage.api.tokens_used(SEND) == ["token-1", "token-2"]


async def test_busy_is_tried_three_times_with_growing_pauses(stage: Stage) -> None:
    """Busy is met with patience, and with an end."""
    stage.will(-1)
    with pytest.raises(errors.Busy):
        await stage.client.send_text(OPENID, "好")
    assert (len(stage.api.asked(SEND)), stage.pauses) == (3, [0.375, 0.75])
    stage.will(-1, 0)
    await stage.client.send_text(OPENID, "好")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (40164, errors.IpNotAllowed),
        (43004, errors.NotFollower),
        (43101, errors.NoConsent),
        (45002, errors.TooLong),
        (45009, errors.RateLimited),
        (45011, errors.RateLimited),
        (45015, errors.WindowClosed),
        (45047, errors.QuotaUsedUp),
        (45065, errors.AlreadySent),
        (47003, errors.BadField),
        (48001, errors.NoPermission),
        (99999, errors.Rejected),
    ],
)
async def test_each_code_has_its_meaning_and_is_asked_once(stage: Stage, code: int, error: type[Exception]) -> None:
    """Every other refusal is its own error with the platform's code, after a single call."""
    stage.will(code)
    with pytest.raises(errors.WeChatError) as refused:
        await stage.client.send_text(OPENID, "好")
    assert (type(refused.value), refused.value.code) == (error, code)
    assert len(stage.api.asked(SEND)) == 1


@pytest.mark.parametrize(("code", "seconds"), [(45009, 3600), (45011, 60), (48001, OFF_S)])
async def test_used_up_or_forbidden_api_is_left_alone_for_a_while(stage: Stage, code: int, seconds: float) -> None:
    """Within the pause the error comes back at once, without a call; other APIs and later times are not touched."""
    stage.will(code, 0)
    for moment in (0, seconds - 1):
        stage.now = 1000 + moment
        with pytest.raises(errors.WeChatError) as refused:
            await stage.client.send_text(OPENID, "好")
    assert (refused.value.code, refused.value.retry_after_s) == (code, 1)
    await stage.client.create_menu({"button": []})
    stage.now = 1000 + seconds + 1
    await stage.client.send_text(OPENID, "好")
    assert len(stage.api.asked(SEND)) == 2


async def test_alarms_are_logged_without_the_person(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """What an operator must know is in the log; who was written to and what was said is not."""
    caplog.set_level(logging.DEBUG, logger="connectors.wechat")
    for code in (40164, 48001, 45047):
        stage.will(code)
        with pytest.raises(errors.WeChatError):
            await stage.client.send_text(OPENID, "秘密")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("connectors.wechat")]
    assert len(ours) == 2
    assert not any(word in line for line in ours for word in (OPENID, "秘密", "token-1"))


def cut_answer() -> web.StreamResponse:
    """An answer that is no JSON."""
    return web.Response(text='{"errcode": 0', content_type="application/json")


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=502, text="Bad Gateway"),
        web.Response(text="<html>login</html>", content_type="text/html"),
        web.Response(text="[1]", content_type="application/json"),
        web.Response(text="[" * 100_000, content_type="application/json"),
        web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        cut_answer(),
    ],
)
async def test_odd_answers_are_unreachable(stage: Stage, answer: web.Response) -> None:
    """An answer that is not the platform's JSON is Unreachable; redirects are not followed."""
    stage.will(answer)
    with pytest.raises(errors.Unreachable):
        await stage.client.send_text(OPENID, "好")
    assert len(stage.api.asked(SEND)) == 1


async def test_endless_answer_is_cut_off(stage: Stage) -> None:
    """An answer over the cap is not read to its end."""
    stage.will(web.Response(text='{"a": "' + "x" * 1_100_000 + '"}', content_type="application/json"))
    with pytest.raises(errors.Rejected):
        await stage.client.send_text(OPENID, "好")


async def test_cut_connection_is_unreachable_and_not_repeated(redis_client: Redis) -> None:
    """A message that may have arrived is not sent again by the client; the error carries no address and no token."""

    async def respond(request: web.Request, _body: dict[str, Any]) -> Answer:
        if request.path.endswith("token"):
            return {"access_token": "token-1", "expires_in": 7200}
        assert request.transport is not None
        request.transport.abort()
        return {}

    async with Api(respond) as api, ClientSession() as http:
        client = WeChatClient(http, TokenStore(redis_client, http, APP_ID, SECRET, api.base), api.base)
        with pytest.raises(errors.Unreachable) as failure:
            await client.send_text(OPENID, "好")
        assert len(api.asked(SEND)) == 1
    assert "token-1" not in repr(failure.value)
    assert not failure.value.never_left


async def test_what_never_left_is_known(redis_client: Redis) -> None:
    """Where nobody could be reached, for the token or for the message, it is sure that nothing was sent."""
    async with ClientSession() as http:
        client = WeChatClient(http, TokenStore(redis_client, http, APP_ID, SECRET, NOWHERE), NOWHERE)
        for kept in ("", "token-1"):
            if kept:
                await redis_client.set(f"hwg:token:{{{APP_ID}}}", kept)
            with pytest.raises(errors.Unreachable) as failure:
                await client.send_text(OPENID, "好")
            assert failure.value.never_left
        with pytest.raises(errors.Unreachable):
            await client.download_media("m1")


Call = Callable[[WeChatClient], Awaitable[object]]
CALLS: list[tuple[Call, str, dict[str, Any]]] = [
    (
        lambda c: c.send_text(OPENID, "您好<a>"),
        SEND,
        {"touser": OPENID, "msgtype": "text", "text": {"content": "您好<a>"}},
    ),
    (lambda c: c.send_image(OPENID, "m1"), SEND, {"touser": OPENID, "msgtype": "image", "image": {"media_id": "m1"}}),
    (
        lambda c: c.send_article(OPENID, {"title": "t", "url": "u"}),
        SEND,
        {
            "touser": OPENID,
            "msgtype": "news",
            "news": {"articles": [{"title": "t", "description": "", "url": "u", "picurl": ""}]},
        },
    ),
    (lambda c: c.typing(OPENID), "/cgi-bin/message/custom/typing", {"touser": OPENID, "command": "Typing"}),
    (
        lambda c: c.send_template(OPENID, "tpl", {"thing1": "新案件" * 10}, "https://example.org", "case-1"),
        TEMPLATE,
        {
            "touser": OPENID,
            "template_id": "tpl",
            "data": {"thing1": {"value": ("新案件" * 10)[:19] + "…"}},
            "url": "https://example.org",
            "client_msg_id": "case-1",
        },
    ),
    (
        lambda c: c.send_template(OPENID, "tpl", {"phrase1": "已受理"}),
        TEMPLATE,
        {"touser": OPENID, "template_id": "tpl", "data": {"phrase1": {"value": "已受理"}}},
    ),
    (
        lambda c: c.send_subscription(OPENID, "tpl", {"number1": "3"}, "https://example.org"),
        "/cgi-bin/message/subscribe/bizsend",
        {"touser": OPENID, "template_id": "tpl", "data": {"number1": {"value": "3"}}, "page": "https://example.org"},
    ),
    (
        lambda c: c.send_subscription(OPENID, "tpl", {"number1": "3"}),
        "/cgi-bin/message/subscribe/bizsend",
        {"touser": OPENID, "template_id": "tpl", "data": {"number1": {"value": "3"}}},
    ),
    (
        lambda c: c.create_qr("village-12", 600),
        "/cgi-bin/qrcode/create",
        {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "village-12"}}, "expire_seconds": 600},
    ),
    (
        lambda c: c.create_qr("village-12"),
        "/cgi-bin/qrcode/create",
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "village-12"}}},
    ),
]


@pytest.mark.parametrize(("call", "path", "body"), CALLS)
async def test_calls_are_what_the_platform_documents(stage: Stage, call: Call, path: str, body: dict[str, Any]) -> None:
    """Each call goes to its path with the token and the documented body."""
    await call(stage.client)
    assert (stage.api.asked(path), stage.api.tokens_used(path)) == ([body], ["token-1"])


async def test_characters_are_sent_as_they_are(redis_client: Redis) -> None:
    """Chinese goes out as UTF-8, never as escapes, which the platform would show; half a character is left out."""
    raw: list[bytes] = []

    async def respond(request: web.Request, _body: dict[str, Any]) -> Answer:
        raw.append(await request.read())
        return {"access_token": "t", "expires_in": 7200, "errcode": 0}

    async with Api(respond) as api, ClientSession() as http:
        client = WeChatClient(http, TokenStore(redis_client, http, APP_ID, SECRET, api.base), api.base)
        await client.send_text(OPENID, "您好\ud83d😀")
    assert "您好😀".encode() in raw[-1]


async def test_bad_field_is_refused_before_the_call(stage: Stage) -> None:
    """A field that cannot be mended costs no call."""
    with pytest.raises(errors.BadField):
        await stage.client.send_template(OPENID, "tpl", {"number1": "many"})
    assert stage.api.calls == []


async def test_template_returns_its_message_id(stage: Stage) -> None:
    """The id by which the result will be reported is returned as text."""
    stage.will({"errcode": 0, "msgid": 200163840})
    assert await stage.client.send_template(OPENID, "tpl", {"thing1": "x"}) == "200163840"


@pytest.mark.parametrize("code", [45080, 45081])
async def test_typing_not_now_is_no_error(stage: Stage, code: int) -> None:
    """A typing state that the platform does not show now is False; other refusals are errors."""
    stage.will(code)
    assert await stage.client.typing(OPENID) is False
    stage.will(40003)
    with pytest.raises(errors.Rejected):
        await stage.client.typing(OPENID)


@pytest.mark.parametrize(("scene", "seconds"), [("", 60), ("x" * 65, 60), ("x", 0), ("x", 2_592_001)])
async def test_impossible_codes_are_not_asked_for(stage: Stage, scene: str, seconds: int) -> None:
    """A scene or a time that the platform would refuse costs no call."""
    with pytest.raises(ValueError, match=r"characters|seconds"):
        await stage.client.create_qr(scene, seconds)
    assert stage.api.calls == []


async def test_code_is_returned(stage: Stage) -> None:
    """A made code brings its ticket and the address inside."""
    stage.will({"ticket": "gQ", "expire_seconds": 60, "url": "http://weixin.qq.com/q/k"})
    assert await stage.client.create_qr("x", 60) == QrCode("gQ", "http://weixin.qq.com/q/k")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
async def test_error_in_place_of_media_is_an_error(stage: Stage, content_type: str) -> None:
    """JSON where a file should be is read as the platform's error, even when it is called text."""
    stage.will(web.Response(text='{"errcode": 40007, "errmsg": "invalid media_id"}', content_type=content_type))
    with pytest.raises(errors.Rejected) as refused:
        await stage.client.download_media("m1")
    assert refused.value.code == 40007


@pytest.mark.parametrize("length_is_said", [True, False])
async def test_media_over_the_cap_is_refused(stage: Stage, *, length_is_said: bool) -> None:
    """A file over ten megabytes is refused, whether its size is announced or not."""
    response = web.Response(body=b"x" * (MAX_MEDIA_BYTES + 1), content_type="image/jpeg")
    if not length_is_said:
        response.enable_chunked_encoding()
    stage.will(response)
    with pytest.raises(errors.Rejected):
        await stage.client.download_media("m1")


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (web.Response(text="<html>", content_type="text/html"), errors.Rejected),
        (web.Response(status=500, body=b"x", content_type="image/png"), errors.Unreachable),
        (web.Response(text="{}", content_type="application/json"), errors.Rejected),
        (web.Response(text='{"video_url": "http://example.org/v"}', content_type="application/json"), errors.Rejected),
        (web.Response(text='{"video_url": "file:///etc/hostname"}', content_type="application/json"), errors.Rejected),
        (web.Response(text='{"video_url": "http://evilqq.com/v"}', content_type="application/json"), errors.Rejected),
        (web.Response(text='{"video_url": "http://[bad"}', content_type="application/json"), errors.Rejected),
    ],
)
async def test_what_is_no_media_is_refused(stage: Stage, response: web.Response, error: type[Exception]) -> None:
    """Pages, failures and addresses outside the platform are not fetched as media."""
    stage.will(response)
    with pytest.raises(error):
        await stage.client.download_media("m1")


async def test_media_is_downloaded_after_a_token_is_renewed(stage: Stage) -> None:
    """A file comes with its type; a refused token is renewed for downloads too."""
    stage.will(40001, web.Response(body=b"\xff\xd8", content_type="image/jpeg"))
    assert await stage.client.download_media("m1") == Media(b"\xff\xd8", "image/jpeg")
    assert stage.api.tokens_used(MEDIA) == ["token-1", "token-2"]


async def test_video_is_fetched_from_its_address(stage: Stage) -> None:
    """A video is answered as an address on the platform, and fetched from there."""
    stage.will({"video_url": f"{stage.api.base}/video/1"}, web.Response(body=b"v", content_type="video/mp4"))
    assert await stage.client.download_media("m1") == Media(b"v", "video/mp4")
    stage.will({"video_url": f"{stage.api.base}/video/1"}, 40007)
    with pytest.raises(errors.Rejected):
        await stage.client.download_media("m1")
