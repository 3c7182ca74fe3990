// The app's identity. User-assigned, so that its rights in other subscriptions outlive the app and can be given before it.
param name string
param location string
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
  properties: {}
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
