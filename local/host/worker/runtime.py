"""The only module that imports the real worker library."""

import json
import logging
from pathlib import Path
from typing import Any

import azure_functions_runtime as library  # type: ignore[import-untyped]

from local.host.wire import Datum, Failure, Indexed, IndexingFailed, Invoke, Outcome
from local.host.worker.protos import Record, datum_of, protos, typed_data

logger = logging.getLogger(__name__)

_NO_RETRY = Record(retry_count=0, max_retry_count=0, exception=None)


def _request(kind: str, content: Record) -> Record:
    return Record(request=Record(**{kind: content}), properties={"protos": protos, "host": "127.0.0.1"})


async def index(app_dir: Path) -> Indexed | IndexingFailed:
    """Load the app in `app_dir` and list its functions; the thread pool for synchronous functions is started."""
    library.start_threadpool_executor()
    answer = await library.worker_init_request(
        _request("worker_init_request", Record(capabilities={}, function_app_directory=str(app_dir)))
    )
    if answer.result.status != protos.StatusResult.Success:
        return IndexingFailed(answer.result.exception.message, answer.result.exception.stack_trace)
    listed = await library.functions_metadata_request(Record())
    if not listed.function_metadata_results:
        return IndexingFailed(f"No functions found: {app_dir} has no function_app.py that declares any", "")
    return Indexed([_function(metadata) for metadata in listed.function_metadata_results])


def _function(metadata: Any) -> dict[str, Any]:
    if metadata.retry_options is not None:
        logger.warning("The retry policy of '%s' is not followed here", metadata.name)
    bindings = [json.loads(raw) for raw in metadata.raw_bindings]
    return {"id": metadata.function_id, "name": metadata.name, "bindings": bindings}


async def invoke(invocation: Invoke) -> Outcome:
    """Execute one function as the worker library does: async on this loop, sync in its thread pool."""
    request = Record(
        invocation_id=invocation.invocation_id,
        function_id=invocation.function_id,
        input_data=[
            protos.ParameterBinding(name=name, data=typed_data(datum)) for name, datum in invocation.inputs.items()
        ],
        trigger_metadata={},
        trace_context=Record(trace_parent=invocation.trace, trace_state="", attributes={}),
        retry_context=_NO_RETRY,
    )
    answer = await library.invocation_request(_request("invocation_request", request))
    if answer.result.status != protos.StatusResult.Success:
        exception = answer.result.exception
        return Outcome(invocation.invocation_id, failure=Failure(exception.message, exception.stack_trace))
    return Outcome(invocation.invocation_id, datum_of(answer.return_value), _outputs(answer.output_data))


def _outputs(bindings: list[Any]) -> dict[str, Datum]:
    values = {binding.name: datum_of(binding.data) for binding in bindings}
    return {name: datum for name, datum in values.items() if datum is not None}
