// The one stream of a subscription's events. Azure allows a single system topic per source.
param name string
param source string
param tags object

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  // A storage account behind a firewall lets in only a topic's own, system-assigned identity.
  identity: { type: 'SystemAssigned' }
  properties: {
    source: source
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

output principalId string = topic.identity.principalId
