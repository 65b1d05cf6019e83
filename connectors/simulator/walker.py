"""Lets people take their steps: screen first, then the quota that the step opens, then the push."""

from typing import Any

from connectors.simulator.driver import Driver, Outcome
from connectors.simulator.people import Entry, Person
from connectors.simulator.refusal import Refusal
from connectors.simulator.steps import STEPS, WITHOUT_FOLLOWING, Deed, Step
from connectors.simulator.wire import Fields
from connectors.simulator.world import World


class Walker:
    """Performs steps and sends the platform's own events."""

    def __init__(self, world: World, driver: Driver) -> None:
        self._world = world
        self._driver = driver

    async def take(self, person: Person, name: str, body: dict[str, Any], *, wait: bool) -> dict[str, Any]:
        """Take a step: gives {"msg_id", "entry", "push"}; `push` is None unless it was waited for."""
        if name not in WITHOUT_FOLLOWING and not person.follows:
            raise Refusal("还没有关注公众号。", "not_following", 409)
        step = STEPS[name](Deed(self._world, person, body))
        entry = self._on_screen(person, step)
        fields = self._addressed(person, step)
        answer: dict[str, Any] = {"msg_id": str(fields.get("MsgId", "")), "entry": entry, "push": None}
        delivery = self._driver.push(person, fields, shows=step.shows)
        if wait:
            answer["push"] = (await delivery).as_json()
        else:
            self._world.errands.begin(delivery)
        return answer

    async def tell(self, person: Person, event: str, fields: Fields) -> Outcome:
        """Push an event of the platform's own, such as TEMPLATESENDJOBFINISH."""
        step = Step({"MsgType": "event", "Event": event, **fields})
        return await self._driver.push(person, self._addressed(person, step), shows=False)

    async def verify(self) -> bool:
        """Check the bot's address."""
        return await self._driver.verify()

    def _on_screen(self, person: Person, step: Step) -> Entry | None:
        now = self._world.clock.now()
        person.last_exchange = now
        if step.opens == "message":
            person.quota.after_message(now)
        elif step.opens == "click":
            person.quota.after_click(now)
        if step.screen is None:
            self._world.people.changed(person)
            return None
        return self._world.people.show(person, "person", **step.screen)

    def _addressed(self, person: Person, step: Step) -> Fields:
        fields: Fields = {
            "ToUserName": self._world.config.account,
            "FromUserName": person.openid,
            "CreateTime": int(self._world.clock.now()),
            **step.fields,
        }
        if step.numbered:
            fields["MsgId"] = self._world.ids.message_id()
        return fields
