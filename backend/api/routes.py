"""All endpoints as one table: path, what a request must look like, and the use case that answers it."""

from typing import Any

from backend.api import schemas
from backend.api.reception_routes import BOOKINGS, CALENDAR, RECEPTION_DESK
from backend.api.route import Asked, Route
from backend.services import cases, people, places, staff, tasks
from backend.services.desk import Answer


async def _areas(asked: Asked) -> dict[str, Any]:
    return {"areas": await places.areas(asked.work)}


async def _finished(asked: Asked) -> Answer:
    await asked.work.deliveries.finished(asked.body.msg_id, asked.body.status)
    return Answer("done")


RESIDENTS = (
    Route(
        "POST",
        "/consents",
        "记下居民的同意",
        lambda a: people.record_consent(a.desk, a.work, a.openid, a.body.consent_version),
        schemas.Consent,
        keyed=True,
    ),
    Route(
        "DELETE",
        "/consents",
        "收回同意",
        lambda a: people.withdraw_consent(a.desk, a.work, a.openid),
        keyed=True,
    ),
    Route(
        "POST",
        "/places/match",
        "把说的地方对到地区",
        lambda a: places.match(a.desk, a.work, a.body.words(), a.body.point()),
        schemas.SpokenPlace,
    ),
    Route(
        "POST",
        "/cases",
        "提交一件纠纷",
        lambda a: cases.submit(a.desk, a.work, a.openid, a.body.report()),
        schemas.SubmitCase,
        keyed=True,
    ),
    Route("GET", "/cases", "我的案件", lambda a: cases.list_mine(a.desk, a.work, a.openid)),
    Route(
        "POST",
        "/cases/find",
        "用编号和电话后四位查案件",
        lambda a: cases.find(a.desk, a.work, a.openid, a.body.case_number, a.body.phone_last4),
        schemas.FindCase,
        writes=True,
    ),
    Route("GET", "/cases/{case_number}", "看一件案件", lambda a: cases.show(a.desk, a.work, a.openid, a.number)),
    Route(
        "POST",
        "/cases/{case_number}/materials",
        "补充材料",
        lambda a: cases.add_material(a.desk, a.work, a.openid, a.number, a.body.material()),
        schemas.AddMaterial,
        keyed=True,
    ),
    Route(
        "POST",
        "/cases/{case_number}/urge",
        "催办",
        lambda a: cases.urge(a.desk, a.work, a.openid, a.number),
        keyed=True,
    ),
    Route(
        "POST",
        "/cases/{case_number}/withdraw",
        "撤回",
        lambda a: cases.withdraw(a.desk, a.work, a.openid, a.number, a.body.withdraw_reason),
        schemas.Withdraw,
        keyed=True,
    ),
    Route("POST", "/handovers", "找人工", lambda a: people.request_human(a.desk, a.work, a.openid), keyed=True),
    Route("GET", "/centre", "中心的地址、电话和时间", lambda a: places.centre(a.desk, a.work), personal=False),
)

MEDIATORS = (
    Route(
        "POST",
        "/staff/bind",
        "用绑定码绑定工作人员",
        lambda a: staff.bind(a.desk, a.work, a.openid, a.body.binding_code),
        schemas.Bind,
        keyed=True,
    ),
    Route("GET", "/tasks", "我的任务", lambda a: tasks.list_mine(a.desk, a.work, a.openid)),
    Route("GET", "/tasks/{case_number}", "看一件任务", lambda a: tasks.show(a.desk, a.work, a.openid, a.number)),
    Route(
        "POST",
        "/tasks/{case_number}/accept",
        "接受任务",
        lambda a: tasks.accept(a.desk, a.work, a.openid, a.number),
        keyed=True,
    ),
    Route(
        "POST",
        "/tasks/{case_number}/refuse",
        "退回任务",
        lambda a: tasks.refuse(a.desk, a.work, a.openid, a.number, a.body.refuse_reason),
        schemas.RefuseTask,
        keyed=True,
    ),
    Route(
        "POST",
        "/tasks/{case_number}/contacts",
        "记下一次联系",
        lambda a: tasks.log_contact(a.desk, a.work, a.openid, a.number, a.body.contact_note),
        schemas.LogContact,
        keyed=True,
    ),
    Route(
        "POST",
        "/tasks/{case_number}/resolve",
        "办结",
        lambda a: tasks.resolve(a.desk, a.work, a.openid, a.number, a.body.ending()),
        schemas.ResolveTask,
        keyed=True,
    ),
)

HOST = (
    Route("GET", "/areas", "所有地区", _areas, personal=False),
    Route(
        "POST",
        "/people/forget",
        "用户取消关注：删除和微信身份的联系",
        lambda a: people.forget(a.desk, a.work, a.openid),
        writes=True,
    ),
    Route(
        "POST",
        "/deliveries/finished",
        "平台报告模板消息的结果",
        _finished,
        schemas.DeliveryFinished,
        writes=True,
        personal=False,
    ),
)

ROUTES = (*RESIDENTS, *MEDIATORS, *CALENDAR, *BOOKINGS, *RECEPTION_DESK, *HOST)
