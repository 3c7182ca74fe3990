// Tells of events that Event Grid could not deliver to the app: they are kept, and nobody sends them again.
param topicName string
param tags object
param actionGroups array

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource alert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'ma-asr-dead-letters-${uniqueString(topic.id)}'
  location: 'global'
  tags: tags
  properties: {
    description: 'ASR: events could not be delivered to the app. docs/telemetry.md says what to do.'
    severity: 2
    enabled: true
    scopes: [topic.id]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT1H'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead letters'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DeadLetteredCount'
          // Others may subscribe to a topic that was there before: what they lose is not ours to tell.
          dimensions: [
            {
              name: 'EventSubscriptionName'
              operator: 'Include'
              values: ['asr-autoprotect']
            }
          ]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
          skipMetricValidation: true
        }
      ]
    }
    actions: [for group in actionGroups: {
      actionGroupId: group
    }]
  }
}
