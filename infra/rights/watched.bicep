// What the app's identity may do in a subscription that it watches: exactly the actions of role.json, each with its reason.
//   az deployment sub create --location <region> --template-file infra/rights/watched.bicep --parameters principalId=<id> roleToken=<token>
targetScope = 'subscription'

@description('Object id of the app\'s identity.')
param principalId string

@description('Makes the role\'s name unique in the tenant: one role per app and subscription.')
param roleToken string

var role = loadJsonContent('../role.json')
var actions = [for one in role.actions: one.action]

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, roleToken, 'asr-autoprotect')
  properties: {
    roleName: 'asr-autoprotect ${roleToken} ${subscription().subscriptionId}'
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
    assignableScopes: array(subscription().id)
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, definition.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: definition.id
  }
}
