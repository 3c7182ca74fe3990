// Lets a system topic's identity put the events that it could not deliver into the app's container, and nothing else.
//   az deployment group create --resource-group <group> --template-file infra/rights/dead-letters.bicep --parameters principalId=<id> accountName=<account>
targetScope = 'resourceGroup'

@description('Object id of the system topic\'s identity.')
param principalId string

param accountName string

@description('Storage Blob Data Contributor.')
param roleId string = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: accountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' existing = {
  parent: account
  name: 'default'
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' existing = {
  parent: blobs
  name: 'dead-letters'
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(deadLetters.id, principalId, roleId)
  scope: deadLetters
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
