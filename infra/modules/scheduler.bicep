// A Durable Task Scheduler in place of the storage account's queues and tables.
param name string
param hubName string
param location string
param tags object

@allowed(['Consumption', 'Dedicated'])
param skuName string

@description('Whether only a private endpoint gets in.')
param closed bool

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Who may do what is decided by roles; an empty list would let nobody in.
    ipAllowlist: closed ? [] : ['0.0.0.0/0']
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    sku: skuName == 'Dedicated' ? { name: 'Dedicated', capacity: 1 } : { name: 'Consumption' }
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: hubName
  properties: {}
}

// 90 days is the most that a scheduler keeps; the app records what ended in its store before that.
resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2025-11-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [{ retentionPeriodInDays: 90 }]
  }
}

output name string = scheduler.name
output endpoint string = scheduler.properties.endpoint
