"""The app's log records as OpenTelemetry has them, with the trace in which they were written."""

import logging

from opentelemetry._logs import Logger, LogRecord, SeverityNumber

_SEVERITIES = (
    (logging.ERROR, SeverityNumber.ERROR),
    (logging.WARNING, SeverityNumber.WARN),
    (logging.INFO, SeverityNumber.INFO),
    (logging.NOTSET, SeverityNumber.DEBUG),
)


class Telling(logging.Handler):
    """Passes records on. Of an exception the type is told: its text may hold what Azure said."""

    def __init__(self, logger: Logger) -> None:
        """Pass them to this logger."""
        super().__init__(logging.INFO)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one on; it is sent later, by another thread."""
        try:
            severity = next(number for level, number in _SEVERITIES if record.levelno >= level)
            attributes = {"asr.logger": record.name}
            if record.exc_info and record.exc_info[0]:
                attributes["exception.type"] = record.exc_info[0].__name__
            self._logger.emit(
                LogRecord(
                    timestamp=int(record.created * 1e9),
                    severity_number=severity,
                    severity_text=record.levelname,
                    body=record.getMessage(),
                    attributes=attributes,
                )
            )
        except Exception:  # noqa: BLE001 - as every handler of the standard library
            self.handleError(record)
