"""Microsoft.Compute: virtual machines, their extensions, scripts and power, disks, availability sets, SKUs.

Source: Microsoft.Compute 2021-03-01 and 2020-12-01 (disks); recorded traffic of 2022-11-01.
"""

from local.emulator.arm.pace import Duration
from local.emulator.arm.provider import Provider
from local.emulator.arm.styles import COMPUTE, DISKS, stored_resource
from local.emulator.providers.compute import (
    availability_sets,
    capacity,
    disks,
    extensions,
    linked_access,
    listeners,
    machines,
    placements,
    power,
    run_commands,
    skus,
)

PROVIDER = Provider(
    namespace="Microsoft.Compute",
    routes=(
        *machines.VIRTUAL_MACHINES.routes(),
        *machines.ROUTES,
        *power.ROUTES,
        *extensions.EXTENSIONS.routes(),
        *run_commands.RUN_COMMANDS.routes(),
        *disks.DISKS_TYPE.routes(),
        *availability_sets.AVAILABILITY_SETS.routes(),
        *(route for kind in placements.TYPES for route in kind.routes()),
        *skus.ROUTES,
        *COMPUTE.routes(),
        *DISKS.routes(stored_resource),
    ),
    continuations={
        **machines.VIRTUAL_MACHINES.continuations(),
        **power.CONTINUATIONS,
        **extensions.EXTENSIONS.continuations(),
        **run_commands.RUN_COMMANDS.continuations(),
        **disks.DISKS_TYPE.continuations(),
        **availability_sets.AVAILABILITY_SETS.continuations(),
    },
    durations={
        f"{machines.TYPE}/write": Duration(real=53.0, fast=1.5),
        f"{machines.TYPE}/delete": Duration(real=40.0, fast=1.5),
        f"{power.KIND}": Duration(real=30.0, fast=1.5),
        f"{extensions.TYPE}/write": Duration(real=30.0, fast=1.0),
        f"{extensions.TYPE}/delete": Duration(real=20.0, fast=1.0),
        f"{run_commands.TYPE}/write": Duration(real=30.0, fast=1.0),
        f"{run_commands.TYPE}/delete": Duration(real=20.0, fast=1.0),
        f"{disks.TYPE}/write": Duration(real=3.0, fast=1.0),
        f"{disks.TYPE}/delete": Duration(real=3.0, fast=1.0),
    },
    controls={
        ("GET", "/compute/capacity"): capacity.show,
        ("POST", "/compute/capacity"): capacity.change,
        **listeners.CONTROLS,
        **run_commands.CONTROLS,
    },
    linked_access=linked_access.LINKED_ACCESS,
    deletion_guards={
        disks.TYPE: disks.refuse_while_attached,
        availability_sets.TYPE: availability_sets.refuse_while_in_use,
    },
    deletion_observers={machines.TYPE: machines.release_parts},
)
