"""The only module that imports the real worker library."""

import json
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import azure_functions_runtime as library  # type: ignore[import-untyped]

from local.host.wire import Datum, Failure, Indexed, IndexingFailed, Invoke, Outcome
from local.host.worker.protos import Record, datum_of, protos, typed_data

_NO_TRACE = Record(trace_parent="", trace_state="", attributes={})
# Invocations that run, by id: a thread of the worker library knows no more than the id.
_running: dict[str, str] = {}
_names: dict[str, str] = {}
_current: ContextVar[str] = ContextVar("current_function", default="")


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
    bindings = [json.loads(raw) for raw in metadata.raw_bindings]
    _names[metadata.function_id] = metadata.name
    return {
        "id": metadata.function_id,
        "name": metadata.name,
        "bindings": bindings,
        "retry": _retry(metadata.retry_options),
    }


def _retry(options: Any) -> dict[str, float] | None:
    if options is None:
        return None
    fixed = getattr(options, "delay_interval", None)
    shortest, longest = (fixed, fixed) if fixed is not None else (options.minimum_interval, options.maximum_interval)
    return {
        "limit": options.max_retry_count,
        "shortest": shortest.total_seconds(),
        "longest": longest.total_seconds(),
    }


def current_function() -> str:
    """The function on whose behalf the calling code runs; empty outside of any."""
    return _current.get() or _running.get(library.invocation_id_cv.get() or "", "")


async def invoke(invocation: Invoke) -> Outcome:
    """Execute one function as the worker library does: async on this loop, sync in its thread pool."""
    request = Record(
        invocation_id=invocation.invocation_id,
        function_id=invocation.function_id,
        input_data=[
            protos.ParameterBinding(name=name, data=typed_data(datum)) for name, datum in invocation.inputs.items()
        ],
        trigger_metadata={},
        trace_context=_NO_TRACE,
        retry_context=Record(
            retry_count=invocation.retry_count, max_retry_count=invocation.max_retry_count, exception=None
        ),
    )
    name = _names.get(invocation.function_id, "")
    _running[invocation.invocation_id] = name
    _current.set(name)
    try:
        answer = await library.invocation_request(_request("invocation_request", request))
    finally:
        del _running[invocation.invocation_id]
    if answer.result.status != protos.StatusResult.Success:
        exception = answer.result.exception
        return Outcome(invocation.invocation_id, failure=Failure(exception.message, exception.stack_trace))
    return Outcome(invocation.invocation_id, datum_of(answer.return_value), _outputs(answer.output_data))


def _outputs(bindings: list[Any]) -> dict[str, Datum]:
    values = {binding.name: datum_of(binding.data) for binding in bindings}
    return {name: datum for name, datum in values.items() if datum is not None}
