"""What the app tells of itself, by OpenTelemetry: spans and metrics, sent to wherever the environment says, or nowhere.

`names`: the catalogue of every metric, attribute and span. `signals`: counting and measuring, with bounded attributes.
`tracing`: spans, and how a trace goes on where Durable Functions lets it end. `destinations`: where the environment
says that all goes. `exporting`: the exporters, chosen once. `logs`: the app's log, sent beside.
Nothing here raises, waits or decides: a run is the same whether or not anybody listens.
"""
