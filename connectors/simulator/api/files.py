"""Endpoints for temporary media: upload and download.

Source: developers.weixin.qq.com/doc/offiaccount/Asset_Management/New_temporary_materials.html
"""

from aiohttp import web

from connectors.simulator.api.call import GET, POST, Answer, Call, Endpoint
from connectors.simulator.errors import ApiError

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "audio/amr": "amr", "video/mp4": "mp4"}


def _upload(call: Call) -> Answer:
    if call.upload is None:
        raise ApiError(41005)
    media = call.world.media.add(call.query.get("type", ""), call.upload.content, call.upload.content_type)
    return {"type": media.kind, "media_id": media.media_id, "created_at": int(media.born)}


def _download(call: Call) -> Answer:
    media_id = call.query.get("media_id", "")
    if not media_id:
        raise ApiError(41006)
    media = call.world.media.get(media_id)
    if media.kind == "video":
        return {"video_url": f"{call.world.base_url}/simulator/media/{media.media_id}"}
    name = f"{media.media_id}.{ENDINGS.get(media.content_type, 'bin')}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=media.content, content_type=media.content_type, headers=headers)


ENDPOINTS: dict[str, Endpoint] = {
    "/cgi-bin/media/upload": Endpoint(POST, _upload, body="form"),
    "/cgi-bin/media/get": Endpoint(GET, _download),
}
