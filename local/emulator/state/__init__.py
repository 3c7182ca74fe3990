"""`--state FILE`: what outlives the process.

The state is a set of JSON documents: resources, operations, pending steps, messages that have to go out, and the
environment (clock, switches, paces, subscriptions). `StateWriter` finds out which of them changed and has them written
before any answer that could tell of the change leaves; `StateFile` writes them.

The file is an SQLite database rather than a journal of our own: replacing a document, dropping a torn last write and
keeping the file small are what SQLite's write-ahead log does already, and `sqlite3 FILE` shows what is in it.

Not kept, because it tells of one run and not of Azure: the request log, faults, and the records of events that were
published and delivered.
"""
