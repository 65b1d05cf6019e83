"""Who answers for a case: bound first, upwards, and never nobody without the unit keeping it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.organisation import (
    Area,
    Choice,
    Mediator,
    NobodyAnswersError,
    Organisation,
    Post,
    Unit,
    choose,
)

AREAS = {
    "C": Area("C", "安和区", "county"),
    "T": Area("T", "化雨镇", "town", "C"),
    "V": Area("V", "东庄村", "village", "T"),
    "E": Area("E", "东庄小区", "estate", "V"),
}
ROOM, TOWN, TOP = Unit("room", "室", "room", "V"), Unit("town", "镇", "centre", "T"), Unit("top", "区", "centre", "C")
PLACE = Organisation(AREAS, (ROOM, TOWN, TOP))
POSTS = (Post("village", "room"), Post("town", "centre"), Post("county", "centre"))
LADDER = (ROOM, TOWN, TOP)
MONDAY = 1


def test_the_ladder_begins_where_the_place_is() -> None:
    """An estate's and a village's ladder begins at the room, a town's at the town, an unknown place's at the top."""
    assert PLACE.ladder("E", POSTS) == PLACE.ladder("V", POSTS) == LADDER
    assert PLACE.ladder("T", POSTS) == (TOWN, TOP)
    assert PLACE.ladder(None, POSTS) == PLACE.ladder("nowhere", POSTS) == (TOP,)


def test_a_ladder_without_units_is_a_fault_of_the_data() -> None:
    """An organisation where nobody answers is refused loudly."""
    with pytest.raises(NobodyAnswersError):
        PLACE.ladder("V", (Post("village", "medical"),))


def test_a_place_is_named_without_its_county() -> None:
    """The full name leaves out the county unless it is all there is."""
    assert PLACE.full_name("E") == "化雨镇东庄村东庄小区"
    assert PLACE.full_name("C") == "安和区"
    assert PLACE.full_name(None) == ""


def test_nobody_bound_leaves_it_with_the_nearest_unit() -> None:
    """With nobody bound the nearest unit keeps the case."""
    assert choose(LADDER, [Mediator("a", "room", bound=False)], MONDAY) == Choice("room", None)


def test_a_unit_with_nobody_bound_is_passed_over() -> None:
    """The case goes up to the next unit that has somebody bound."""
    people = [Mediator("a", "room", bound=False), Mediator("b", "top", bound=True), Mediator("c", "town", bound=True)]
    assert choose(LADDER, people, MONDAY) == Choice("town", "c")


def test_on_duty_comes_first_and_off_duty_before_another_unit() -> None:
    """Among the bound the one on duty is chosen, and one off duty rather than the next unit."""
    off, on = (
        Mediator("a", "room", bound=True, duty_days=(2,)),
        Mediator("b", "room", bound=True, duty_days=(1,), load=9),
    )
    top = Mediator("c", "top", bound=True)
    assert choose(LADDER, [off, on, top], MONDAY) == Choice("room", "b")
    assert choose(LADDER, [off, top], MONDAY) == Choice("room", "a")


def test_the_least_busy_gets_it() -> None:
    """Among equals the one with fewer open cases is chosen."""
    people = [Mediator("a", "room", bound=True, load=2), Mediator("b", "room", bound=True, load=1)]
    assert choose(LADDER, people, MONDAY).staff_id == "b"


def test_who_refused_is_not_asked_again() -> None:
    """A refuser is passed over for the colleague, and then for the next unit."""
    people = [Mediator("a", "room", bound=True), Mediator("b", "room", bound=True), Mediator("c", "town", bound=True)]
    assert choose(LADDER, people, MONDAY, ("a",)).staff_id == "b"
    assert choose(LADDER, people, MONDAY, ("a", "b")) == Choice("town", "c")


def test_when_all_refused_the_top_is_asked_again() -> None:
    """A case everybody refused goes back to the top unit, but not to who refused last; else the top unit keeps it."""
    people = [Mediator("a", "top", bound=True), Mediator("b", "top", bound=True)]
    assert choose(LADDER, people, MONDAY, ("a", "b")) == Choice("top", "a")
    assert choose(LADDER, people[:1], MONDAY, ("a",)) == Choice("top", None)


PEOPLE = st.lists(
    st.builds(
        Mediator,
        id=st.uuids().map(str),
        unit_id=st.sampled_from(["room", "town", "top", "elsewhere"]),
        bound=st.booleans(),
        duty_days=st.lists(st.integers(1, 7), max_size=3).map(tuple),
        load=st.integers(0, 5),
    ),
    max_size=8,
)


@given(PEOPLE, st.integers(1, 7), st.data())
def test_the_choice_is_always_somebody_of_the_ladder(people: list[Mediator], weekday: int, data: st.DataObject) -> None:
    """The chosen one is bound and of the chosen unit, which is on the ladder; nobody only if no fresh one is left."""
    ids = [person.id for person in people]
    refusers = tuple(data.draw(st.lists(st.sampled_from(ids), unique=True))) if ids else ()
    choice = choose(LADDER, people, weekday, refusers)
    assert choice.unit_id in {"room", "town", "top"}
    chosen = [person for person in people if person.id == choice.staff_id]
    assert [(person.bound, person.unit_id) for person in chosen] == [(True, choice.unit_id)] * len(chosen)
    fresh = [p for p in people if p.bound and p.unit_id != "elsewhere" and p.id not in refusers]
    if fresh:
        assert choice.staff_id in {person.id for person in fresh}
