// The same rights for all subscriptions of a management group, in place of rights/watched.bicep in each: with many of them.
// Events are subscribed to per subscription all the same, and ASR_SUBSCRIPTIONS names what is watched.
//   az deployment mg create --management-group-id <id> --location <region> --template-file infra/rights/management-group.bicep \
//     --parameters principalId=<id> roleToken=<token>
targetScope = 'managementGroup'

@description('Object id of the app\'s identity.')
param principalId string

@description('Makes the role\'s name unique in the tenant.')
param roleToken string

var role = loadJsonContent('../role.json')
var actions = [for one in role.actions: one.action]

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, roleToken, 'asr-autoprotect')
  properties: {
    roleName: 'asr-autoprotect ${roleToken} ${managementGroup().name}'
    description: 'What asr-autoprotect needs to keep tagged VMs protected.'
    type: 'CustomRole'
    permissions: [
      {
        actions: actions
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: array(managementGroup().id)
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, principalId, definition.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: definition.id
  }
}
