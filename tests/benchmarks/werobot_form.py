"""The same form in WeRoBot, with its own Redis session, served by its own Tornado handler."""

import sys

import redis
import tornado.ioloop
import tornado.web
from werobot import WeRoBot
from werobot.contrib.tornado import make_handler
from werobot.session.redisstorage import RedisStorage

from tests.benchmarks.form import QUESTIONS
from tests.contract.platform import AES_KEY, APP_ID, TOKEN


def build(redis_url: str) -> WeRoBot:
    """A robot that asks question after question and begins anew after the last."""
    robot = WeRoBot(
        token=TOKEN,
        encoding_aes_key=AES_KEY,
        app_id=APP_ID,
        enable_session=True,
        session_storage=RedisStorage(redis.Redis.from_url(redis_url), prefix="werobot_"),
    )

    @robot.text  # type: ignore[untyped-decorator]  # WeRoBot publishes no types
    def answer(message: object, session: dict[str, object]) -> str:
        answers = list(session.get("answers", []))  # type: ignore[call-overload]
        answers.append(message.content)  # type: ignore[attr-defined]
        session["answers"] = answers if len(answers) < QUESTIONS else []
        return f"第{len(answers)}个问题:请说说情况"

    return robot


def main() -> None:
    """Serve on the port given."""
    port, redis_url = int(sys.argv[1]), sys.argv[2]
    tornado.web.Application([("/wechat", make_handler(build(redis_url)))]).listen(port, "127.0.0.1")
    tornado.ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
