"""Golden conversations: dialogs/tests/*.yml played against a release, turn by turn, with a coverage report.

The files are in Rasa's end-to-end format, and one file looks like this::

    fixtures:                               # optional; each item is one named list
      - knows_us:
          - consent: true                   # slots held before the first line
          - contact_name: 张大妈
          - now: "2026-11-23T09:00:00+08:00"     # the time of all turns until a step gives another
          - actions:                        # how calls come out; what is not listed gives the FIRST outcome
              action_submit_case: {outcome: too_many_cases}        # of actions.yml with its example slots
              action_urge_case:             # a list: one for each successive call, the last one repeats
                - {outcome: done, slots: {due_text: 周五}}         # slots absent: the example of that outcome
                - {outcome: urged_recently}
    test_cases:
      - test_case: 反映物业纠纷              # unique name
        fixtures: [knows_us]                # later ones win
        steps:
          - user: 楼上漏水半年了物业不管
            intent: report_dispute          # what Rasa would say (confidence 0.95); absent: Rasa is silent
            entities: {dispute_type: property_management, phone_number: "13800000000"}
          - bot: 这件事发生在哪里？           # exact text of the reply
          - utter: utter_hint               # or the name of the response that was said
          - slot_was_set:
              - dispute_type: property_management
              - statement                   # any value but null
          - slot_was_not_set: [place]

Everything that is said must be listed: the `bot`/`utter` lines after a `user` line are all the replies of that turn,
in order (none listed: none may be said). They may carry `x-buttons: [title, ...]`, the exact titles offered.

What a person does other than writing (stands in the place of `user`, at most one of these a step):

- `x-tap: 物业`: taps a button of the latest reply that has buttons, by title (or by payload).
- `x-photo: media-id`, `x-video: media-id`, `x-voice: 识别出的文字` or `x-voice: {text, media_id}`,
  `x-location: {lat: 30.1, lng: 120.2, label: 阳光小区}`, `x-link: {title, url}`, `x-menu: KEY` (a menu entry),
  `x-scan: scene`, `x-subscribe: scene` (or `true`), `x-unknown: true`.
- `x-retry: true`: nobody writes; the host tries a postponed call again in the background.

Beside `user` and `x-voice` may stand: `intent: name` or `intent: {name, confidence}`, `ranking: [{name, confidence}]`
(the runners-up), `rivals: {dispute_type: {neighbour: 0.4, water: 0.3}}` (the values that an entity may have, the
likeliest first), `entities: {name: value}` or `[{entity, value, role}]` (what Rasa and our extractors find: phone
numbers, places, times; given even when Rasa is silent), `parts: [{text, intent, entities}]` (stretches that may be
matters of their own). As in life, the intent reaches the engine only if it wants to
ask for one (a number, a title or a forced collect does not). Any of them may carry `now:` (later steps keep that time),
for a pause of days.

`slot_was_set` and `slot_was_not_set` look at the slots as they are after the turn (a flow that ends empties its own).
Further expectations after a turn: `x-called: action_name`, `x-called: {action_name: {input: value}}` (these arguments
at least; a list for several calls), `x-not-called: action_name`.

Outcomes `unavailable` (not durable) and `postponed` (durable) may be stubbed too. A postponed call is tried again
before each later line, as the host does: postponed once more, nothing is said about it; otherwise what follows from it
is said first. The session is written out and read back at every turn.
"""

from dialogs.kernel.conversations.coverage import Coverage, coverage
from dialogs.kernel.conversations.files import read
from dialogs.kernel.conversations.playing import Result, play
from dialogs.kernel.conversations.rewriting import rewrite
from dialogs.kernel.conversations.script import Conversation

__all__ = ["Conversation", "Coverage", "Result", "coverage", "play", "read", "rewrite"]
