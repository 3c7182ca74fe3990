// Who is told, and of what: alerts and the workbook.
param location string
param tags object
param token string
param componentId string
param alertEmail string

@description('Seconds without a sweep that ended, after which somebody is told.')
param sweepLateSeconds int

@description('How far back alerts look for what the last sweep has told.')
param sweepWindow string

resource receivers 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-asr-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'asr'
    emailReceivers: [
      {
        name: 'mail'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

// Each query answers a figure, for each value of its dimension if it has one; what is above its limit is told.
var alerts = [
  {
    name: 'sweep-late'
    title: 'No sweep has ended within twice its schedule'
    query: loadTextContent('alerts/sweep-late.kql')
    measure: 'Seconds'
    dimensions: []
    above: sweepLateSeconds
    window: sweepWindow
    severity: 1
  }
  {
    name: 'runs-failed'
    title: 'Runs have failed'
    query: loadTextContent('alerts/runs-failed.kql')
    measure: 'Runs'
    dimensions: ['Kind']
    above: 0
    window: 'PT1H'
    severity: 2
  }
  {
    name: 'machines-unwell'
    title: 'VMs are unhealthy, orphaned or failed'
    query: loadTextContent('alerts/machines-unwell.kql')
    measure: 'Machines'
    dimensions: ['State']
    above: 0
    window: sweepWindow
    severity: 2
  }
  {
    name: 'rpo-breached'
    title: 'VMs miss their recovery point objective'
    query: loadTextContent('alerts/rpo-breached.kql')
    measure: 'Machines'
    dimensions: []
    above: 0
    window: sweepWindow
    severity: 1
  }
  {
    name: 'events-undelivered'
    title: 'Events of the app wait to be delivered'
    query: loadTextContent('alerts/events-undelivered.kql')
    measure: 'Events'
    dimensions: []
    above: 0
    window: sweepWindow
    severity: 3
  }
  {
    name: 'unread'
    title: 'A sweep cannot read all of the fleet'
    query: loadTextContent('alerts/unread.kql')
    measure: 'Problems'
    dimensions: ['Kind']
    above: 0
    window: sweepWindow
    severity: 2
  }
  {
    name: 'health'
    title: 'The app is not healthy'
    query: loadTextContent('alerts/health.kql')
    measure: 'Level'
    dimensions: ['Check']
    above: 0
    window: 'PT30M'
    severity: 1
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for one in alerts: {
  name: 'sqr-asr-${one.name}-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'ASR: ${one.title}'
    description: 'docs/telemetry.md says what to do.'
    severity: one.severity
    enabled: true
    scopes: [componentId]
    evaluationFrequency: 'PT15M'
    windowSize: one.window
    autoMitigate: true
    // The app has not told anything yet when this is deployed.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: one.query
          metricMeasureColumn: one.measure
          timeAggregation: 'Maximum'
          dimensions: map(one.dimensions, name => {
            name: name
            operator: 'Include'
            values: ['*']
          })
          operator: 'GreaterThan'
          threshold: one.above
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: empty(alertEmail) ? [] : [receivers.id]
    }
  }
}]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(componentId, 'asr-autoprotect')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'ASR autoprotect'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: componentId
    serializedData: loadTextContent('workbook.json')
  }
}

output actionGroups array = empty(alertEmail) ? [] : [receivers.id]
