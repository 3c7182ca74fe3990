// A watched subscription: a group, a system topic for the subscription's events in it, and where they go.
targetScope = 'subscription'

param groupName string
param topicName string
param location string
param tags object
param appId string
param storageId string
param assignRoles bool
param deadLetters bool
param actionGroups array

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: groupName
  location: location
  tags: tags
}

module topic 'system-topic.bicep' = {
  name: 'asr-system-topic'
  scope: group
  params: {
    name: topicName
    source: subscription().id
    tags: tags
  }
}

module rights '../rights/dead-letters.bicep' = if (assignRoles) {
  name: 'asr-dead-letters-${uniqueString(subscription().id, topicName)}'
  scope: resourceGroup(split(storageId, '/')[2], split(storageId, '/')[4])
  params: {
    principalId: topic.outputs.principalId
    accountName: last(split(storageId, '/'))
  }
}

module events 'event-subscription.bicep' = {
  name: 'asr-events'
  scope: group
  params: {
    topicName: topicName
    appId: appId
    storageId: storageId
    deadLetters: deadLetters
  }
  dependsOn: [topic, rights]
}

module alert 'dead-letters-alert.bicep' = {
  name: 'asr-alert'
  scope: group
  params: {
    topicName: topicName
    tags: tags
    actionGroups: actionGroups
  }
  dependsOn: [topic]
}
