"""What people write: settings, profiles, tags, worlds. What is wrong is told, and nothing breaks."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from asr.choices.options import OPTIONS
from asr.choices.profiles import Profile, read_profiles
from asr.choices.tags import read_request
from asr.errors import BadSetting
from asr.settings import SETTINGS, read_settings
from local.emulator.worlds import FOLDER, World
from tests.fuzz.effort import effort
from tests.fuzz.mangling import odd_values, places_of

TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "-1", "1e999", "true", "null", "{}", "[]", "* * * * *", "http://127.0.0.1:1/", "9" * 400]
    ),
)
NAMES = st.sampled_from([one.json_name for one in OPTIONS]) | st.text(max_size=8)
CHOICES = st.dictionaries(NAMES, odd_values(), max_size=4)
PROFILES = st.dictionaries(st.text(max_size=12) | st.just("default"), CHOICES | odd_values(), max_size=3)
RIGHT = {"ASR_SUBSCRIPTIONS": "11111111-2222-3333-4444-555555555555", "ASR_STORE": "store"}
WORLDS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


@effort(300)
@given(st.dictionaries(st.sampled_from([one.name for one in SETTINGS]), TEXTS, max_size=5))
def test_settings_are_read_or_told(environment: dict[str, str]) -> None:
    """Every wrong one by its name."""
    with suppress(BadSetting):
        read_settings(RIGHT | environment)


@effort(300)
@given(PROFILES)
def test_profiles_are_read_or_told(profiles: dict[str, Any]) -> None:
    """And what is read can be used by any VM."""
    text = json.dumps(profiles)
    known: Mapping[str, Profile] = {}
    with suppress(ValueError):
        known = read_profiles(text)
    for name in known:
        assert read_request({"asr-protect": name}, "asr-", known, "default") is not None


@effort(300)
@given(st.dictionaries(st.sampled_from([f"asr-{one.name}" for one in OPTIONS]) | TEXTS, TEXTS, max_size=8))
def test_tags_are_read(tags: dict[str, str]) -> None:
    """Whoever may only tag can break nothing."""
    read_request({"asr-protect": "true"} | tags, "asr-", {"default": Profile("default")}, "default")


@effort(150)
@given(st.sampled_from(sorted(WORLDS)), st.data(), odd_values())
def test_worlds_are_read_or_told(name: str, data: st.DataObject, value: Any) -> None:
    """A world file with anything in any place."""
    world = json.loads(json.dumps(WORLDS[name]))
    place, key = data.draw(st.sampled_from(places_of(world)))
    place[key] = value
    told = ""
    try:
        World.read(world, name)
    except ValueError as error:
        told = str(error)
    assert told == "" or told.startswith(f"world {name}: ")
