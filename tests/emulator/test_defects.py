"""A defect of a provider is that provider's: time goes on, and nobody waits for ever."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import Operation
from local.emulator.arm.pace import PaceMode
from local.emulator.arm.provider import Provider
from local.emulator.arm.resource_manager import ResourceManager
from local.emulator.arm.wire import JsonObject

TARGET = ResourceId.parse("/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/disks/d")


def _broken(_cloud: Cloud, arguments: JsonObject) -> None:
    raise KeyError(arguments.get("missing"))


def _deaf(_cloud: Cloud, _operation: Operation) -> None:
    raise TypeError("cannot be observed")


def _cloud() -> Cloud:
    provider = Provider(
        namespace="Broken",
        routes=(),
        continuations={"broken": _broken, "sound": lambda _cloud, _arguments: None},
        operation_observers=(_deaf,),
    )
    return ResourceManager([provider]).new_cloud(PaceMode.INSTANT)


def test_an_operation_with_a_defect_fails_and_those_after_it_go_on() -> None:
    """It ends with an internal error, without the defect's own words; the steps behind it run."""
    cloud = _cloud()
    broken = cloud.operations.begin("k", TARGET, then="broken", seconds=0)
    sound = cloud.operations.begin("k", TARGET, then="sound", seconds=0)

    cloud.timeline.run_due()

    assert (broken.status, sound.status) == ("Failed", "Succeeded")
    assert broken.error
    assert (broken.error.status, broken.error.code) == (500, "InternalServerError")
    assert cloud.operations.running_on(TARGET) is None


def test_a_step_with_a_defect_fails_the_operation_that_it_names() -> None:
    """What an operation without a continuation of its own waits for may be defective, too."""
    cloud = _cloud()
    waiting = cloud.operations.begin("k", TARGET, then=None)
    cloud.timeline.schedule(0, "broken", {})
    cloud.timeline.schedule(0, "broken", {"operation": waiting.id})

    cloud.timeline.run_due()

    assert waiting.status == "Failed"
