"""The entity that keeps a plan."""

from tests.orchestrators.hub import hub

KEY = "0123456789abcdef0123456789abcdef"


def test_the_first_plan_of_a_hash_stays_until_it_is_forgotten() -> None:
    """Plans of one hash would do the same, so a second one changes nothing."""
    with hub({}) as h:
        h.signal("Plan", KEY, "keep", "first")
        h.signal("Plan", KEY, "keep", "second")
        h.until(lambda: h.entity("Plan", KEY) == "first")
        h.signal("Plan", KEY, "forget", None)
        h.until(lambda: not h.entity("Plan", KEY))
        h.signal("Plan", KEY, "keep", "other")
        h.until(lambda: h.entity("Plan", KEY) == "other")
