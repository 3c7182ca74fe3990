// What the app's identity may do in the app's own resource group: its data, its telemetry, its task hub, its events.
//   az deployment group create --resource-group <group> --template-file infra/rights/own.bicep --parameters principalId=<id>
targetScope = 'resourceGroup'

@description('Object id of the app\'s identity.')
param principalId string

@allowed(['storage', 'scheduler'])
param backend string = 'storage'

param eventsOut bool = false

var always = [
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner: the host's leases and keys, the package, the store
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor: the task hub
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor: the task hub
  '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher: telemetry
]
var scheduler = ['0ad04412-c4d5-4796-b79c-f76d14c8d402'] // Durable Task Data Contributor
var sender = ['d5a91429-5739-47e2-a06b-3470a27159e7'] // EventGrid Data Sender
var roles = concat(always, backend == 'scheduler' ? scheduler : [], eventsOut ? sender : [])

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in roles: {
  name: guid(resourceGroup().id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]
