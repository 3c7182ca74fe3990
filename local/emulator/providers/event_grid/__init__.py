"""Microsoft.EventGrid: event subscriptions, the validation handshake and delivery."""
