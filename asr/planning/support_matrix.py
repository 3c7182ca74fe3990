"""The limits of Site Recovery between Azure regions, as data.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-support-matrix
"""

AS_OF = "2025-06-13"
"""The date of the document that this table was written from. Regions are in `region_table`, of the same date."""

MOST_DATA_DISKS = 64
"""Data disks of one VM."""

MOST_OS_GIB = 4095
"""An OS disk's largest size, in GiB."""

MOST_DATA_GIB = 32767
"""A data disk's largest size, in GiB: 32 TiB."""

LEAST_DATA_GIB = 1
"""A data disk's smallest size, in GiB (Azure's error 150172)."""

LEAST_CORES = 2
"""Virtual cores that the VM's size has to have."""

LEAST_MEMORY_GIB = 1.0
"""Memory that the VM's size has to have, in GiB."""

MOST_PROTECTED_DISKS = 3000
"""Protected disks of one subscription."""

MOST_GROUP_MEMBERS = 16
"""VMs of one multi-VM consistency group."""

REPLICA_SUFFIX = "-asrreplica"
"""How the name of a replica disk ends, in lower case: `<disk>-ASRReplica`."""

PROVEN_SECURITY_TYPES = frozenset({("TrustedLaunch", "Windows")})
"""Pairs of security type and operating system that the documents say are replicated.

Of Linux with trusted launch they speak as a preview, of confidential VMs not at all.
Source: https://learn.microsoft.com/azure/site-recovery/concepts-trusted-vm
"""
