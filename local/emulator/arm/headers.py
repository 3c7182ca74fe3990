"""The headers that every ARM answer carries; those about request limits are `throttle`'s."""

from datetime import datetime

from local.emulator.arm.wire import fresh_guid


def common_headers(correlation_id: str, moment: datetime) -> dict[str, str]:
    """Return the headers of every answer; a provider's own value for one of them wins."""
    request_id = fresh_guid()
    return {
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": correlation_id,
        "x-ms-routing-request-id": f"LOCAL:{moment:%Y%m%dT%H%M%SZ}:{request_id}",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }
