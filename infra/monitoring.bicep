// Who is told, and of what: alerts and the workbook.
param tags object
param token string
param alertEmail string

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

output actionGroups array = empty(alertEmail) ? [] : [receivers.id]
