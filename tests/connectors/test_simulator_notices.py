"""Template messages and subscription notices: fields, cards, consent, results."""

import pytest

from tests.connectors.simulator_stage import Json, stage


def notice(openid: str, data: dict[str, str], template: str = "T1", **more: object) -> Json:
    """Write the body of a template or subscription message."""
    values = {key: {"value": value} for key, value in data.items()}
    return {"touser": openid, "template_id": template, "data": values, **more}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("thing1", "楼" * 20, "楼" * 21),
        ("number1", "12", "十二"),
        ("letter1", "abc", "a1"),
        ("symbol1", "+++", "++++++"),
        ("character_string1", "AH2026112100073", "编号1"),
        ("time1", "2026年11月21日 15:01", "明天下午"),
        ("time1", "15:01", "25:01"),
        ("date1", "2026-11-21", "21日"),
        ("amount1", "¥100.50元", "一百元"),
        ("phone_number1", "+86 13800000000", "1" * 18),
        ("car_number1", "京A12345", "京A1234567"),
        ("name1", "王调解员", "王" * 11),
        ("phrase1", "已受理", "已经受理了吗"),
        ("phrase1", "已受理", "ok"),
        ("const1", "邻里纠纷", "字" * 21),
        ("thing1", "好", " "),
        ("thing1", "好", "两\n行"),
    ],
)
async def test_field_rules(field: str, good: str, bad: str) -> None:
    """Each type of field takes what its rule allows and refuses the rest with 47003, naming the field."""
    async with stage() as here:
        openid = await here.somebody()
        refused = await here.api("message/template/send", notice(openid, {field: bad}))
        assert refused["errcode"] == 47003
        assert f"data.{field}.value" in refused["errmsg"]
        assert (await here.api("message/template/send", notice(openid, {field: good})))["errcode"] == 0


async def test_template_message() -> None:
    """A template message stands on the screen as a card with labels, and its end is told to the bot."""
    async with stage() as here:
        openid = await here.somebody()
        content = "编号:{{character_string1.DATA}}\n事项:{{thing2.DATA}}"
        await here.control("/templates", {"template_id": "T1", "title": "新案件提醒", "content": content})
        data = {"first": "x", "thing2": "楼上漏水", "character_string1": "AH1"}
        sent = await here.api(
            "message/template/send", notice(openid, data, url="http://127.0.0.1/case", client_msg_id="c1")
        )
        await here.world.errands.finished()
        card = (await here.screen(openid))[-1]
        assert (card["title"], [row["label"] for row in card["fields"]]) == ("新案件提醒", ["编号", "事项"])
        finished = here.bot.heard[-1].raw
        assert (finished["Event"], finished["MsgID"], finished["Status"]) == (
            "TEMPLATESENDJOBFINISH",
            str(sent["msgid"]),
            "success",
        )
        again = await here.api("message/template/send", notice(openid, data, client_msg_id="c1"))
        assert (again["errcode"], again["msgid"]) == (45065, sent["msgid"])
        assert (await here.api("message/template/send", notice(openid, data, "T2")))["errcode"] == 40037
        assert (await here.api("message/template/send", notice(openid, {"thing2": "a"})))["errcode"] == 47003


async def test_blocked_template_message() -> None:
    """Somebody who blocks notices sees none, and the bot hears why."""
    async with stage() as here:
        openid = await here.somebody()
        await here.control(f"/people/{openid}/settings", {"template_status": "failed:user block"})
        assert (await here.api("message/template/send", notice(openid, {"thing1": "a"})))["errcode"] == 0
        await here.world.errands.finished()
        assert here.bot.heard[-1].raw["Status"] == "failed:user block"
        assert await here.screen(openid) == []


async def test_subscription_notice() -> None:
    """One consent is one message, a long-term consent is many, none is 43101."""
    async with stage() as here:
        openid = await here.somebody()
        body = notice(openid, {"thing1": "a"})
        assert (await here.api("message/subscribe/bizsend", body))["errcode"] == 43101
        await here.step(openid, "consent", template_id="T1")
        assert [(await here.api("message/subscribe/bizsend", body))["errcode"] for _ in range(2)] == [0, 43101]
        await here.step(openid, "consent", template_id="T1", kind="long_term")
        assert [(await here.api("message/subscribe/bizsend", body))["errcode"] for _ in range(2)] == [0, 0]
        await here.step(openid, "withdraw_consent", template_id="T1")
        assert (await here.api("message/subscribe/bizsend", body))["errcode"] == 43101
