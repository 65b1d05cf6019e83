"""What requests look like: lenient in form (numbers as text), strict in size; limits are in characters and items."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from backend.domain.case import Result
from backend.services.cases import OTHER, Material, Report
from backend.services.tasks import Ending

STATEMENT_MAX = 4000
TEXT_MAX = 2000
NAME_MAX = 100
CODE_MAX = 32
ATTACHMENTS_MAX = 20
PEOPLE_MAX = 100_000
MEDIA_ID_MAX = 256


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Slots may hold what an entity gave: {"text": ...} or {"start": ...} becomes its words; None is empty."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("text") or value.get("label") or value.get("name") or value.get("start") or "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _number(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """3, 3.0 and "3" are three people; nothing said is None."""
    if value in (None, ""):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _listed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return [] if value is None else value


def _typed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return value or OTHER


Statement = Annotated[str, BeforeValidator(_plain), StringConstraints(strip_whitespace=True, max_length=STATEMENT_MAX)]
Text = Annotated[str, BeforeValidator(_plain), StringConstraints(strip_whitespace=True, max_length=TEXT_MAX)]
Name = Annotated[str, BeforeValidator(_plain), StringConstraints(strip_whitespace=True, max_length=NAME_MAX)]
Word = Annotated[str, BeforeValidator(_plain), StringConstraints(strip_whitespace=True, max_length=CODE_MAX)]
Needed = Field(min_length=1)


class Body(BaseModel):
    """The root of all bodies: fields nobody asked for are ignored, as a newer bot may send more."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Nothing(Body):
    """No fields."""


class Attachment(Body):
    """A photo, voice or video by its media_id, or a shared location."""

    kind: Annotated[Word, Needed]
    media_id: Annotated[str, StringConstraints(max_length=MEDIA_ID_MAX)] | None = None
    format: Word | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lng: float | None = Field(default=None, ge=-180, le=180)
    label: Text | None = None


Attachments = Annotated[list[Attachment], BeforeValidator(_listed), Field(max_length=ATTACHMENTS_MAX)]


class Consent(Body):
    """POST /consents."""

    consent_version: Annotated[Word, Needed]


class SpokenPlace(Body):
    """POST /places/match: words, or a shared location."""

    place: Annotated[str, StringConstraints(max_length=TEXT_MAX)] | dict[str, Any]

    def words(self) -> str:
        """What was said."""
        if isinstance(self.place, str):
            return self.place
        said = (self.place.get(name) for name in ("label", "name", "text"))
        return " ".join(str(one) for one in said if one)[:TEXT_MAX]

    def point(self) -> tuple[float, float] | None:
        """Where it is on the map, if that was shared."""
        if isinstance(self.place, str):
            return None
        lat, lng = self.place.get("lat"), self.place.get("lng")
        if isinstance(lat, int | float) and isinstance(lng, int | float) and abs(lat) <= 90 and abs(lng) <= 180:  # noqa: PLR2004 - degrees
            return float(lat), float(lng)
        return None


class SubmitCase(Body):
    """POST /cases."""

    statement: Annotated[Statement, Needed]
    dispute_type: Annotated[Word, BeforeValidator(_typed)] = OTHER
    place: Text = ""
    area_code: Word = ""
    other_party: Text = ""
    since_when: Text = ""
    handled_by: Text = ""
    wish: Text = ""
    person_count: Annotated[Annotated[int, Field(ge=0, le=PEOPLE_MAX)] | None, BeforeValidator(_number)] = None
    attachments: Attachments = []
    contact_name: Annotated[Name, Needed]
    contact_phone: Annotated[Word, Needed]
    urgent: Annotated[bool, BeforeValidator(bool)] = False

    def report(self) -> Report:
        """As the use case takes it."""
        details = self.model_dump(include={"place", "other_party", "since_when", "handled_by", "wish"})
        return Report(
            statement=self.statement,
            contact_name=self.contact_name,
            contact_phone=self.contact_phone,
            dispute_type=self.dispute_type,
            area_code=self.area_code or None,
            person_count=self.person_count,
            urgent=self.urgent,
            details=details,
            attachments=_dumped(self.attachments),
        )


class FindCase(Body):
    """POST /cases/find."""

    case_number: Annotated[Word, Needed]
    phone_last4: Annotated[Word, Needed]


class AddMaterial(Body):
    """POST /cases/{case_number}/materials."""

    material_text: Text = ""
    attachments: Attachments = []

    def material(self) -> Material:
        """As the use case takes it."""
        return Material(self.material_text, _dumped(self.attachments))


class Withdraw(Body):
    """POST /cases/{case_number}/withdraw."""

    withdraw_reason: Text = ""


class Bind(Body):
    """POST /staff/bind."""

    binding_code: Annotated[Word, Needed]


class RefuseTask(Body):
    """POST /tasks/{case_number}/refuse."""

    refuse_reason: Annotated[Text, Needed]


class LogContact(Body):
    """POST /tasks/{case_number}/contacts."""

    contact_note: Annotated[Text, Needed]


class ResolveTask(Body):
    """POST /tasks/{case_number}/resolve."""

    resolve_result: Literal["agreed", "not_agreed"]
    resolve_note: Text = ""

    def ending(self) -> Ending:
        """As the use case takes it."""
        return Ending(Result(self.resolve_result), self.resolve_note)


class DeliveryFinished(Body):
    """POST /deliveries/finished: the platform's TEMPLATESENDJOBFINISH."""

    msg_id: Annotated[Word, Needed]
    status: Annotated[Word, Needed]


def _dumped(attachments: list[Attachment]) -> list[dict[str, Any]]:
    return [one.model_dump(exclude_none=True) for one in attachments]
