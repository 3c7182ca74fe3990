// The account's three services at private addresses, the scheduler where there is one, and the names under which the app's
// network finds them.
param networkName string
param accountName string
param location string
param tags object

@description('Name of the scheduler. Empty: there is none.')
param schedulerName string

var networkId = resourceId('Microsoft.Network/virtualNetworks', networkName)
var accountId = resourceId('Microsoft.Storage/storageAccounts', accountName)
// Not by resourceId(), which refuses an empty name even where nobody asks for what it makes.
var schedulerId = '${resourceGroup().id}/providers/Microsoft.DurableTask/schedulers/${schedulerName}'
var services = ['blob', 'queue', 'table']
var ofAccount = [for service in services: {
  group: service
  zone: 'privatelink.${service}.${environment().suffixes.storage}'
  name: accountName
  id: accountId
}]
var ofScheduler = [
  {
    group: 'scheduler'
    zone: 'privatelink.durabletask.io'
    name: schedulerName
    id: schedulerId
  }
]
var targets = concat(ofAccount, empty(schedulerName) ? [] : ofScheduler)

resource zones 'Microsoft.Network/privateDnsZones@2020-06-01' = [for target in targets: {
  name: target.zone
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [for (target, at) in targets: {
  parent: zones[at]
  name: networkName
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: networkId }
  }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for target in targets: {
  name: 'pe-${target.name}-${target.group}'
  location: location
  tags: tags
  properties: {
    subnet: { id: '${networkId}/subnets/endpoints' }
    privateLinkServiceConnections: [
      {
        name: target.group
        properties: {
          privateLinkServiceId: target.id
          groupIds: [target.group]
        }
      }
    ]
  }
}]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for (target, at) in targets: {
  parent: endpoints[at]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: target.group
        properties: { privateDnsZoneId: zones[at].id }
      }
    ]
  }
}]
