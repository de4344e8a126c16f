"""Cards: the folio, the signed token of the QR, its keys and status list, the QR itself and the sheets to print.

Nothing here reads a file, a clock or the database. Times are whole seconds since 1970 in UTC, as a CBOR Web Token
writes them. The formats, byte by byte, are in ``docs/methods/card-token.md``.
"""
