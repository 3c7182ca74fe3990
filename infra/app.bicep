// The app and what it stands on: the first layer. The code is deployed next, then `events.bicep`.
//   az deployment sub create --location <region> --template-file infra/app.bicep --parameters infra/app.bicepparam
// Plain resources only: why is in docs/adr (plain Bicep, no compiler).
targetScope = 'subscription'

@description('Names the resource group, and with the subscription and the region every resource in it.')
@minLength(1)
@maxLength(50)
param environmentName string

@description('Where the app runs: the recovery region or a third one, never where the protected VMs run.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Ids of the subscriptions whose VMs are kept protected. Empty: this one.')
param subscriptions array = []

@description('What protection looks like, by profile: docs/choices.md.')
param profiles object = loadJsonContent('profiles.json')

@description('Further app settings by name: docs/settings.md. An empty value means the default.')
param settings object = {}

@description('Memory of an instance in MB; with it come a quarter of a core, one core or two.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances at most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances that always run the orchestrations. With the back end `storage` one is advised; it is paid for all day.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 1

@description('Where runs are recorded: the app\'s own storage account, or a Durable Task Scheduler.')
@allowed(['storage', 'scheduler'])
param backend string = 'storage'

@description('What the scheduler is paid by.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Whether the app reaches its storage, and its scheduler, through private endpoints only.')
param vnet bool = false

@description('Whether there is a custom topic on which the app tells what happens to VMs: docs/events.md.')
param eventsOut bool = false

@description('Client id of the app registration by which people sign in. Empty: the function key alone opens the API and the page.')
param signInClientId string = ''

@description('Whether everybody has to sign in. If not, the function key is enough, and sign-in only tells who somebody is.')
param signInRequired bool = true

@description('Seconds without a sweep that ended, after which somebody is told. 0: twice the pause of ASR_SWEEP_SCHEDULE.')
@minValue(0)
param sweepLateSeconds int = 0

@description('How far back alerts look for what the last sweep has told. Empty: as far as the pause of ASR_SWEEP_SCHEDULE asks for.')
@allowed(['', 'PT1H', 'PT2H', 'PT6H', 'P1D', 'P2D'])
param sweepWindow string = ''

@description('Who is mailed when something has to be seen to. Empty: nobody.')
param alertEmail string = ''

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Whether roles are assigned here. If not, the output `ASR_ADMINISTRATOR` has the commands for whoever may.')
param assignRoles bool = true

@description('Put on everything.')
param tags object = {}

var token = uniqueString(subscription().id, environmentName, location)
var watched = empty(subscriptions) ? array(subscription().subscriptionId) : subscriptions
var allTags = union(tags, { 'azd-env-name': environmentName, application: 'asr-autoprotect' })
var hubName = 'AsrAutoprotect'

// Seconds, minutes, hours, day, month, weekday: every so many minutes or hours, each minute or hour, else once a day.
var everyQuarter = '0 */15 * * * *'
var givenSchedule = contains(settings, 'ASR_SWEEP_SCHEDULE') ? settings.ASR_SWEEP_SCHEDULE : ''
var parts = split(empty(givenSchedule) ? everyQuarter : givenSchedule, ' ')
var when = (length(parts) == 5) ? concat(['0'], parts) : parts // the seconds may be left out
var hours = startsWith(when[2], '*/') ? int(replace(when[2], '*/', '')) : ((when[2] == '*') ? 1 : 24)
var minutes = startsWith(when[1], '*/') ? int(replace(when[1], '*/', '')) : ((when[1] == '*') ? 1 : (60 * hours))
// Azure takes certain windows only; of these the first that is at least twice as long.
var upToHours = (minutes <= 30) ? 'PT1H' : ((minutes <= 60) ? 'PT2H' : 'PT6H')
var window = (minutes <= 180) ? upToHours : ((minutes <= 720) ? 'P1D' : 'P2D')

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'asr-identity'
  scope: group
  params: {
    name: 'id-asr-${token}'
    location: location
    tags: allTags
  }
}

module network 'modules/network.bicep' = if (vnet) {
  name: 'asr-network'
  scope: group
  params: {
    name: 'vnet-asr-${token}'
    location: location
    tags: allTags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'asr-storage'
  scope: group
  params: {
    name: 'stasr${token}'
    location: location
    tags: allTags
    closed: vnet
  }
}

module endpoints 'modules/private-endpoints.bicep' = if (vnet) {
  name: 'asr-private-endpoints'
  scope: group
  params: {
    networkName: 'vnet-asr-${token}'
    accountName: storage.outputs.name
    schedulerName: backend == 'scheduler' ? scheduler!.outputs.name : ''
    location: location
    tags: allTags
  }
  dependsOn: [network]
}

module insights 'modules/insights.bicep' = {
  name: 'asr-insights'
  scope: group
  params: {
    workspaceName: 'log-asr-${token}'
    componentName: 'appi-asr-${token}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
  }
}

module scheduler 'modules/scheduler.bicep' = if (backend == 'scheduler') {
  name: 'asr-scheduler'
  scope: group
  params: {
    name: 'dts-asr-${token}'
    hubName: hubName
    skuName: schedulerSku
    closed: vnet
    location: location
    tags: allTags
  }
}

module topic 'modules/topic.bicep' = if (eventsOut) {
  name: 'asr-topic'
  scope: group
  params: {
    name: 'evgt-asr-${token}'
    location: location
    tags: allTags
  }
}

module ownRights 'rights/own.bicep' = if (assignRoles) {
  name: 'asr-own-rights'
  scope: group
  params: {
    principalId: identity.outputs.principalId
    backend: backend
    eventsOut: eventsOut
  }
}

module watchedRights 'rights/watched.bicep' = [for id in watched: if (assignRoles) {
  name: 'asr-rights-${uniqueString(id, token)}'
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    roleToken: token
  }
}]

module host 'modules/host.bicep' = {
  name: 'asr-host'
  scope: group
  params: {
    name: 'func-asr-${token}'
    planName: 'plan-asr-${token}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    clientId: identity.outputs.clientId
    storageName: storage.outputs.name
    deploymentContainer: storage.outputs.deploymentContainer
    connectionString: insights.outputs.connectionString
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    subnetId: vnet ? network!.outputs.appSubnetId : ''
    signInClientId: signInClientId
    signInRequired: signInRequired
    settings: union(
      // The host itself reads this one and knows no default: without it no sweep would run.
      { ASR_SWEEP_SCHEDULE: everyQuarter },
      settings,
      {
        ASR_SUBSCRIPTIONS: join(watched, ',')
        ASR_PROFILES: string(profiles)
        ASR_STORE: '${storage.outputs.blobEndpoint}${storage.outputs.storeContainer}'
        ASR_EVENTS_ENDPOINT: eventsOut ? topic!.outputs.endpoint : ''
      },
      backend == 'scheduler'
        ? {
            DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.outputs.endpoint};TaskHub=${hubName};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
            AzureFunctionsJobHost__extensions__durableTask__hubName: hubName
            AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
            AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
          }
        : {}
    )
  }
  dependsOn: [ownRights, endpoints]
}

module monitoring 'monitoring.bicep' = {
  name: 'asr-monitoring'
  scope: group
  params: {
    location: location
    tags: allTags
    token: token
    componentId: insights.outputs.componentId
    alertEmail: alertEmail
    sweepLateSeconds: (sweepLateSeconds == 0) ? (120 * minutes) : sweepLateSeconds
    sweepWindow: empty(sweepWindow) ? window : sweepWindow
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output ASR_APP_ID string = host.outputs.id
output ASR_APP_NAME string = host.outputs.name
output ASR_APP_URL string = host.outputs.url
output ASR_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output ASR_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output ASR_STORAGE_ID string = storage.outputs.id
output ASR_WATCHED string = join(watched, ',')
output ASR_ROLE_TOKEN string = token
output ASR_ACTION_GROUPS string = join(monitoring.outputs.actionGroups, ',')
output ASR_ASSIGN_ROLES bool = assignRoles
output ASR_ADMINISTRATOR array = assignRoles
  ? []
  : concat(
      [
        'az deployment group create --subscription ${subscription().subscriptionId} --resource-group ${group.name} --template-file infra/rights/own.bicep --parameters principalId=${identity.outputs.principalId} backend=${backend} eventsOut=${eventsOut}'
      ],
      map(
        watched,
        id => 'az deployment sub create --subscription ${id} --location ${location} --template-file infra/rights/watched.bicep --parameters principalId=${identity.outputs.principalId} roleToken=${token}'
      )
    )
