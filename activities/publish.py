"""What happens to VMs is told to others: by a run after its report, by a sweep after its snapshot."""

from activities.step import as_steps
from asr.gateway.session import connect
from asr.planning.run_news import of_run
from asr.services.events_out import announce, is_telling, send_kept
from asr.telemetry.names import UNDELIVERED
from asr.telemetry.signals import tell


async def publish_outcome(request: dict) -> dict:
    """Tell what the run `{"run", "vm_id", "at", "before", "outcome"}` has changed."""
    found = of_run(request["before"], request["outcome"], request["vm_id"], request["run"], request["at"])
    await announce(await connect(), found)
    return {"status": "ready"}


async def publish_kept(request: dict) -> dict:
    """Send events that wait, one request's worth; `more` says whether to go on."""
    azure = await connect()
    if not is_telling(azure):
        return {"status": "ready", "sent": 0, "left": 0, "more": False}
    sent = await send_kept(azure)
    tell(UNDELIVERED, sent.left)
    return {"status": "ready", "sent": sent.sent, "left": sent.left, "more": sent.sent > 0 and sent.left > 0}


ACTIVITIES = as_steps(publish_outcome, publish_kept)
