"""The yardstick: a bare aiohttp server that decrypts with wechatpy, echoes the text and encrypts the reply."""

import sys

from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from tests.contract.platform import AES_KEY, APP_ID, TOKEN

crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


async def echo(request: web.Request) -> web.Response:
    """Answer the text with itself."""
    query = request.query
    body = await request.read()
    plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse_message(plain)
    reply = TextReply(content=message.content, message=message).render()
    return web.Response(text=crypto.encrypt_message(reply, query["nonce"], query["timestamp"]), content_type="text/xml")


def main() -> None:
    """Serve on the port given."""
    app = web.Application()
    app.router.add_post("/wechat", echo)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=lambda *_: None)


if __name__ == "__main__":
    main()
