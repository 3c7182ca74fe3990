// What tells the app of changes: the last layer, since Event Grid takes a function only once its code is there.
//   az deployment sub create --location <region> --template-file infra/events.bicep --parameters infra/events.bicepparam
targetScope = 'subscription'

@description('Names the resource groups of the system topics.')
@minLength(1)
@maxLength(50)
param environmentName string

param location string

@description('Id of the function app.')
param appId string

@description('Id of the storage account that takes what could not be delivered.')
param storageId string

@description('Ids of the subscriptions to watch. Empty: this one.')
param subscriptions array = []

@description('System topics that exist already, by subscription id: { <id>: { resourceGroup, name, principalId } }. A subscription can have only one for its events. principalId is that of the topic\'s system-assigned identity; empty: undelivered events are dropped.')
param existingSystemTopics object = {}

@description('Whether roles are assigned here. If not, whoever may runs rights/dead-letters.bicep for each topic, then this again with `deadLetters`.')
param assignRoles bool = true

@description('Whether undelivered events are kept. Without the role Azure would refuse the event subscription.')
param deadLetters bool = assignRoles

@description('Ids of the action groups that are told of undelivered events.')
param actionGroups array = []

@description('Put on everything.')
param tags object = {}

var watched = empty(subscriptions) ? array(subscription().subscriptionId) : subscriptions
var allTags = union(tags, { 'azd-env-name': environmentName, application: 'asr-autoprotect' })
var token = uniqueString(appId)

module own 'modules/watch.bicep' = [for id in watched: if (!contains(existingSystemTopics, id)) {
  name: 'asr-watch-${uniqueString(id, token)}'
  scope: subscription(id)
  params: {
    groupName: 'rg-${environmentName}-events'
    topicName: 'evgst-asr-${token}'
    location: location
    tags: allTags
    appId: appId
    storageId: storageId
    assignRoles: assignRoles
    deadLetters: deadLetters
    actionGroups: actionGroups
  }
}]

module adoptedRights 'rights/dead-letters.bicep' = [for one in items(existingSystemTopics): if (assignRoles && !empty(one.value.principalId)) {
  name: 'asr-dead-letters-${uniqueString(one.key, token)}'
  scope: resourceGroup(split(storageId, '/')[2], split(storageId, '/')[4])
  params: {
    principalId: one.value.principalId
    accountName: last(split(storageId, '/'))
  }
}]

module adopted 'modules/event-subscription.bicep' = [for one in items(existingSystemTopics): {
  name: 'asr-events-${uniqueString(one.key, token)}'
  scope: resourceGroup(one.key, one.value.resourceGroup)
  params: {
    topicName: one.value.name
    appId: appId
    storageId: storageId
    deadLetters: deadLetters && !empty(one.value.principalId)
  }
  dependsOn: [adoptedRights]
}]

module adoptedAlerts 'modules/dead-letters-alert.bicep' = [for one in items(existingSystemTopics): {
  name: 'asr-alert-${uniqueString(one.key, token)}'
  scope: resourceGroup(one.key, one.value.resourceGroup)
  params: {
    topicName: one.value.name
    tags: allTags
    actionGroups: actionGroups
  }
}]
