"""What is too large for a run's history, or has to outlive it: named documents in a blob container or in a folder.

`azure.store` is the store of the process's session; ASR_STORE says where it lies.

    names       document_name(*parts, extension="json") -> name    any text, escaped: `requests/web-0.json`
                folder_name(*parts) -> prefix                      `requests/`
                parts_of(name) -> parts                            the text that was escaped
    interface   Store   .put(name, value, *, if_match=None, if_none_match=False) -> ETag
                        .get(name) -> Stored(value, etag) | None
                        .list(prefix="", *, top=1000, continuation=None) -> Page(names, continuation)
                        .delete(name, *, if_match=None) -> bool    .delete_prefix(prefix) -> int    .close()
                every_name(store, prefix="")                       async iterator over all pages
    documents   read_document(store, name, type_) -> Document(record, etag) | None
                write_document(store, name, record, *, if_match=None, if_none_match=False) -> ETag
                change_document(store, name, type_, change: T | None -> T) -> T    again while others are between
                read_lines(store, name, type_) -> tuple[T, ...] | None    write_lines(store, name, records) -> ETag
    opening     open_store(settings, credential, transport, user_agent) -> Store      imports `blobs` or `folder`

An ETag that has moved is `asr.errors.Conflict`, a document above the limit `TooLarge`, one that is not of the wanted
shape `Unreadable`. An absent document is None. The two kinds of store have the same contract: tests/gateway/store.
"""
