// The first layer's outputs are in azd's environment by now. ASR_EXISTING_SYSTEM_TOPICS is written by scripts/find_topics.py:
//   { "<subscription id>": { "resourceGroup": "<group>", "name": "<topic>", "principalId": "<of its identity, or empty>" } }
using 'events.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'asr')
param location = readEnvironmentVariable('AZURE_LOCATION', '')
param appId = readEnvironmentVariable('ASR_APP_ID', '')
param storageId = readEnvironmentVariable('ASR_STORAGE_ID', '')
param subscriptions = empty(readEnvironmentVariable('ASR_SUBSCRIPTIONS', ''))
  ? []
  : split(replace(readEnvironmentVariable('ASR_SUBSCRIPTIONS', ''), ' ', ''), ',')
param existingSystemTopics = empty(readEnvironmentVariable('ASR_EXISTING_SYSTEM_TOPICS', ''))
  ? {}
  : json(readEnvironmentVariable('ASR_EXISTING_SYSTEM_TOPICS', '{}'))
param actionGroups = empty(readEnvironmentVariable('ASR_ACTION_GROUPS', ''))
  ? []
  : split(readEnvironmentVariable('ASR_ACTION_GROUPS', ''), ',')
param assignRoles = bool(readEnvironmentVariable('ASR_ASSIGN_ROLES', 'true'))
param deadLetters = bool(readEnvironmentVariable('ASR_DEAD_LETTERS', readEnvironmentVariable('ASR_ASSIGN_ROLES', 'true')))
