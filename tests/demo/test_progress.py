"""How far a machine has come, by one answer of the app."""

import pytest

from local.demo.progress import WAITING, Progress, progress_of
from tests.demo import statuses
from tests.demo.statuses import Json

REASON = "AzureVmIsNotInDesiredPowerState: The machine is not running."


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        (statuses.FRESH, WAITING),
        (statuses.running("decide"), Progress("deciding", "not protected")),
        (
            statuses.running("foundation", "vault:/subscriptions/s", "storage:/a", "storage:/b"),
            Progress("building the foundation: storage, vault", "not protected"),
        ),
        (statuses.running("a step of tomorrow"), Progress("a step of tomorrow", "not protected")),
        (
            statuses.replicating(None),
            Progress("initial replication", "Initial replication is in progress", 0.0),
        ),
        (
            statuses.replicating(42),
            Progress("initial replication", "Initial replication is in progress", 42.0),
        ),
        (statuses.protected(), Progress("done", "Protected", 100.0, ended=True)),
        (statuses.protected("already_protected"), Progress("done", "Protected", 100.0, ended=True)),
        (statuses.protected("enabling"), Progress("waiting for its completing run", "Protected", 100.0)),
        (statuses.ended_badly("refused"), Progress("refused", "refused", note=REASON, ended=True)),
        (statuses.ended_badly("failed"), Progress("failed", "failed", note=REASON, ended=True)),
    ],
)
def test_a_status_says_how_far_a_machine_has_come(status: Json, progress: Progress) -> None:
    """Every stage has its words; a machine rests only when protected and settled, refused, or failed for good."""
    assert progress_of(status) == progress


@pytest.mark.parametrize("state", ["refused", "failed"])
@pytest.mark.parametrize(
    ("step", "ended"), [("decide", True), ("done", True), ("foundation", False), ("enable", False)]
)
def test_another_look_changes_nothing_until_it_begins_to_act(state: str, step: str, *, ended: bool) -> None:
    """Sweeps look at a refused machine for ever; it is on its way again only when its reason is gone."""
    run = {"run": "web-0-2", "customStatus": {"step": step}}

    assert progress_of(statuses.ended_badly(state) | {"activeRun": run}).ended is ended
