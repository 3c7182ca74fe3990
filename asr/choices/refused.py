"""What Site Recovery can do and this product refuses or leaves out, and why: for docs/choices.md."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """One such thing: what it is, what happens instead, and the reason."""

    what: str
    answer: str
    because: str


REFUSED = (
    Refused(
        "a Linux kernel that is newer than Site Recovery's agent",
        "nothing before; `151141` with what to do once Azure has refused it",
        "Resource Manager tells no kernel, neither in the VM nor in its instance view; the kernels of each agent are "
        "listed at github.com/Azure/Azure-SiteRecovery, under MobilityAgent/AzureToAzure/SupportedKernels",
    ),
    Refused(
        "an authenticated proxy, forced tunnelling",
        "nothing; `OutboundTagsBlocked` for security groups only",
        "both are set inside the guest, or in routes whose end cannot be read; see docs/runbook.md",
    ),
    Refused(
        "shared disks (protection clusters)",
        "`SharedDiskUnsupported`",
        "a cluster is protected as one, by other API calls, and its members have to be known together",
    ),
    Refused(
        "zone to zone into another subscription",
        "`ZoneToZoneAcrossSubscriptions`",
        "zones are numbered for each subscription on its own; equal numbers may be one building",
    ),
    Refused(
        "a scale set or capacity reservation made on the recovery side",
        "a warning; an existing one is used when it is named",
        "a reservation costs money from the first minute, and a scale set is a design of its own",
    ),
    Refused(
        "copying the keys of Azure Disk Encryption",
        "`DiskEncryptionKeysMissing` until they are named",
        "it takes rights on the secrets themselves, which the app's identity is not given",
    ),
    Refused(
        "making a disk encryption set on the recovery side",
        "`DiskEncryptionSetMissing` until one is named",
        "it would have to be given a key of the customer's",
    ),
    Refused(
        "a cache account in the recovery subscription",
        "`CacheAccountInWrongSubscription`",
        "the documents promise the VM's own subscription; the other is possible by script only",
    ),
    Refused(
        "a cache account without shared keys",
        "`CacheAccountKeysDisallowed`",
        "the vault's identity would need roles on the account, which the app may not assign",
    ),
    Refused(
        "addresses, public addresses, load balancers and security groups of failed-over interfaces",
        "left as Site Recovery does it; what is lost is told, one warning for each kind",
        "they are chosen per failover and per environment; recovery plans and the portal set them",
    ),
    Refused(
        "extended (edge) zones",
        "`EdgeZoneUnsupported`",
        "few customers have access, and nothing could be tested",
    ),
)
