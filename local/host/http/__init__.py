"""The host's HTTP side: functions, webhooks and administration."""
