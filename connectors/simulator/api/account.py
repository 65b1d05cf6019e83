"""Endpoints about the account: tokens, menu, QR codes, followers, templates."""

from aiohttp import web

from connectors.simulator.api.call import BOTH, GET, POST, Answer, Call, Endpoint
from connectors.simulator.errors import ApiError
from connectors.simulator.qrpicture import png

OK: dict[str, object] = {"errcode": 0, "errmsg": "ok"}
PROFILE: dict[str, object] = {
    **dict.fromkeys(("nickname", "city", "province", "country", "headimgurl", "remark"), ""),
    "sex": 0,
    "language": "zh_CN",
    "groupid": 0,
    "tagid_list": [],
}
"""What the platform tells of anybody: since 2021-12-27 neither name nor picture."""


def _stable_token(call: Call) -> Answer:
    if call.body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    _check_credentials(call, call.body.get("appid"), call.body.get("secret"))
    token, seconds = call.world.tokens.stable(force=call.body.get("force_refresh") is True)
    return {"access_token": token, "expires_in": seconds}


def _token(call: Call) -> Answer:
    if call.query.get("grant_type") != "client_credential":
        raise ApiError(40002)
    _check_credentials(call, call.query.get("appid"), call.query.get("secret"))
    token, seconds = call.world.tokens.plain()
    return {"access_token": token, "expires_in": seconds}


def _check_credentials(call: Call, app_id: object, secret: object) -> None:
    if not app_id:
        raise ApiError(41002)
    if app_id != call.world.config.app_id:
        raise ApiError(40013)
    if not secret:
        raise ApiError(41004)
    if secret != call.world.config.app_secret:
        raise ApiError(40125)


def _menu_create(call: Call) -> Answer:
    call.world.menu.create(call.body)
    call.world.feed.publish("menu", {"buttons": call.world.menu.buttons})
    return OK


def _menu_get(call: Call) -> Answer:
    return call.world.menu.get()


def _menu_delete(call: Call) -> Answer:
    call.world.menu.delete()
    call.world.feed.publish("menu", {"buttons": []})
    return OK


def _qrcode_create(call: Call) -> Answer:
    code = call.world.codes.create(call.body)
    call.world.feed.publish("codes", {"codes": call.world.codes.listed()})
    answer: dict[str, object] = {"ticket": code.ticket, "url": code.url}
    if code.ends is not None:
        answer["expire_seconds"] = int(code.ends - call.world.clock.now())
    return answer


def _showqrcode(call: Call) -> Answer:
    code = call.world.codes.by_ticket(call.query.get("ticket", ""))
    if code is None:
        return web.Response(status=404)
    return web.Response(body=png(code.url), content_type="image/png")


def _user_info(call: Call) -> Answer:
    person = call.world.people.get(call.query.get("openid", ""))
    if person is None:
        raise ApiError(40003)
    if not person.follows:
        return {"subscribe": 0, "openid": person.openid, "tagid_list": []}
    came_by_code: dict[str, object] = {"qr_scene": 0, "qr_scene_str": ""}
    if person.scene:
        number = person.scene.isascii() and person.scene.isdecimal()
        came_by_code["qr_scene" if number else "qr_scene_str"] = int(person.scene) if number else person.scene
    came: dict[str, object] = {
        "subscribe_time": person.followed_at,
        "subscribe_scene": "ADD_SCENE_SEARCH",
        **came_by_code,
    }
    if person.scene:
        came["subscribe_scene"] = "ADD_SCENE_QR_CODE"
    return {"subscribe": 1, "openid": person.openid, **PROFILE, **came}


def _user_get(call: Call) -> Answer:
    followers = [person.openid for person in call.world.people.listed() if person.follows]
    return {
        "total": len(followers),
        "count": len(followers),
        "data": {"openid": followers},
        "next_openid": followers[-1] if followers else "",
    }


def _templates(call: Call) -> Answer:
    return {"template_list": call.world.templates.listed()}


def _callback_ip(call: Call) -> Answer:  # noqa: ARG001 - one shape for all endpoints
    return {"ip_list": ["127.0.0.1"]}


ENDPOINTS: dict[str, Endpoint] = {
    "/cgi-bin/stable_token": Endpoint(POST, _stable_token, needs_token=False),
    "/cgi-bin/token": Endpoint(GET, _token, needs_token=False),
    "/cgi-bin/menu/create": Endpoint(POST, _menu_create),
    "/cgi-bin/menu/get": Endpoint(GET, _menu_get),
    "/cgi-bin/menu/delete": Endpoint(GET, _menu_delete),
    "/cgi-bin/qrcode/create": Endpoint(POST, _qrcode_create),
    "/cgi-bin/showqrcode": Endpoint(GET, _showqrcode, needs_token=False),
    "/cgi-bin/user/info": Endpoint(GET, _user_info),
    "/cgi-bin/user/get": Endpoint(GET, _user_get),
    "/cgi-bin/template/get_all_private_template": Endpoint(GET, _templates),
    "/cgi-bin/getcallbackip": Endpoint(BOTH, _callback_ip),
    "/cgi-bin/get_api_domain_ip": Endpoint(BOTH, _callback_ip),
}
