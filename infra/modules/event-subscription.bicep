// Which events reach the app, how often that is tried, and where they go if it does not succeed.
param topicName string
param appId string
param storageId string
param deadLetters bool

resource events 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  name: '${topicName}/asr-autoprotect'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${appId}/functions/on_vm_event'
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    // Written from the app's own table of events: `make docs`.
    filter: loadJsonContent('../event-filter.json')
    // A day, as long as Event Grid tries at all. What is lost after that the sweep finds.
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: deadLetters
      ? {
          identity: { type: 'SystemAssigned' }
          deadLetterDestination: {
            endpointType: 'StorageBlob'
            properties: {
              resourceId: storageId
              blobContainerName: 'dead-letters'
            }
          }
        }
      : null
  }
}
