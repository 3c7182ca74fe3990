"""Where a failover and a test failover differ: the keys of an item's body that they go by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverKind:
    """One of the two.

    Attributes:
        machine: the key of the machine's name.
        disk: the key of a disk's name.
        nic: the key of a NIC's name.
        nic_suffix: what is added to the source NIC's name when that key is empty.
        nic_group: the key of the name of the NIC's resource group.
        reuse: the key that says whether a NIC of that name is taken as it is.
        accelerated: the key of accelerated networking; the failover's counts when it is empty.
        network: the key of a NIC's virtual network.
        security: the key of a NIC's network security group.
        subnet, address: the keys of an IP configuration's subnet and static address.
        public_address, pools: the keys of its public address and of its load balancers' pools.
    """

    machine: str
    disk: str
    nic: str
    nic_suffix: str
    nic_group: str
    reuse: str
    accelerated: str
    network: str
    security: str
    subnet: str
    address: str
    public_address: str
    pools: str


FAILOVER = FailoverKind(
    machine="recoveryAzureVMName",
    disk="failoverDiskName",
    nic="recoveryNicName",
    nic_suffix="",
    nic_group="recoveryNicResourceGroupName",
    reuse="reuseExistingNic",
    accelerated="enableAcceleratedNetworkingOnRecovery",
    network="recoveryVMNetworkId",
    security="recoveryNetworkSecurityGroupId",
    subnet="recoverySubnetName",
    address="recoveryStaticIPAddress",
    public_address="recoveryPublicIPAddressId",
    pools="recoveryLBBackendAddressPoolIds",
)
TEST = FailoverKind(
    machine="tfoAzureVMName",
    disk="tfoDiskName",
    nic="tfoRecoveryNicName",
    nic_suffix="-test",
    nic_group="tfoRecoveryNicResourceGroupName",
    reuse="tfoReuseExistingNic",
    accelerated="enableAcceleratedNetworkingOnTfo",
    network="tfoVMNetworkId",
    security="tfoNetworkSecurityGroupId",
    subnet="tfoSubnetName",
    address="tfoStaticIPAddress",
    public_address="tfoPublicIPAddressId",
    pools="tfoLBBackendAddressPoolIds",
)
