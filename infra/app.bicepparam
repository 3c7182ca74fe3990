// Every value comes from the environment, so that azd (`azd env set NAME value`) and the Azure CLI take the same file.
using 'app.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'asr')
param location = readEnvironmentVariable('AZURE_LOCATION', '')
param subscriptions = empty(readEnvironmentVariable('ASR_SUBSCRIPTIONS', ''))
  ? []
  : split(replace(readEnvironmentVariable('ASR_SUBSCRIPTIONS', ''), ' ', ''), ',')
param instanceMemoryMB = int(readEnvironmentVariable('ASR_INSTANCE_MEMORY_MB', '2048'))
param maximumInstanceCount = int(readEnvironmentVariable('ASR_MAXIMUM_INSTANCES', '100'))
param alwaysReadyInstances = int(readEnvironmentVariable('ASR_ALWAYS_READY', '1'))
param backend = readEnvironmentVariable('ASR_BACKEND', 'storage')
param schedulerSku = readEnvironmentVariable('ASR_SCHEDULER_SKU', 'Consumption')
param vnet = bool(readEnvironmentVariable('ASR_VNET', 'false'))
param eventsOut = bool(readEnvironmentVariable('ASR_EVENTS_OUT', 'false'))
param signInClientId = readEnvironmentVariable('ASR_SIGN_IN_CLIENT_ID', '')
param signInRequired = bool(readEnvironmentVariable('ASR_SIGN_IN_REQUIRED', 'true'))
param sweepLateSeconds = int(readEnvironmentVariable('ASR_SWEEP_LATE_SECONDS', '0'))
param sweepWindow = readEnvironmentVariable('ASR_SWEEP_WINDOW', '')
param alertEmail = readEnvironmentVariable('ASR_ALERT_EMAIL', '')
param logRetentionDays = int(readEnvironmentVariable('ASR_LOG_RETENTION_DAYS', '30'))
param assignRoles = bool(readEnvironmentVariable('ASR_ASSIGN_ROLES', 'true'))

// The app's settings under their own names: docs/settings.md. ASR_PROFILES is infra/profiles.json.
param settings = {
  ASR_DEFAULT_PROFILE: readEnvironmentVariable('ASR_DEFAULT_PROFILE', '')
  ASR_TAG_PREFIX: readEnvironmentVariable('ASR_TAG_PREFIX', '')
  ASR_TARGETS: readEnvironmentVariable('ASR_TARGETS', '')
  ASR_SWEEP_SCHEDULE: readEnvironmentVariable('ASR_SWEEP_SCHEDULE', '0 */15 * * * *')
  ASR_POLL_INTERVAL_SECONDS: readEnvironmentVariable('ASR_POLL_INTERVAL_SECONDS', '')
  ASR_RETRY_INTERVAL_SECONDS: readEnvironmentVariable('ASR_RETRY_INTERVAL_SECONDS', '')
  ASR_RETRY_ATTEMPTS: readEnvironmentVariable('ASR_RETRY_ATTEMPTS', '')
  ASR_STEP_MINUTES: readEnvironmentVariable('ASR_STEP_MINUTES', '')
  ASR_FOUNDATION_HOURS: readEnvironmentVariable('ASR_FOUNDATION_HOURS', '')
  ASR_STUCK_HOURS: readEnvironmentVariable('ASR_STUCK_HOURS', '')
  ASR_PROBE_PROXY: readEnvironmentVariable('ASR_PROBE_PROXY', '')
  ASR_HISTORY_DAYS: readEnvironmentVariable('ASR_HISTORY_DAYS', '')
  ASR_FAILOVERS_AT_ONCE: readEnvironmentVariable('ASR_FAILOVERS_AT_ONCE', '')
  ASR_PAUSE_HOURS: readEnvironmentVariable('ASR_PAUSE_HOURS', '')
  ASR_MANAGEMENT_URLS: readEnvironmentVariable('ASR_MANAGEMENT_URLS', '')
}
