"""WARC records as whole gzip members, and what the index says of one. Pure.

Source: ISO 28500:2017 (WARC 1.1); each record in a gzip member of its own, as its annex D recommends.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from monitor import __version__
from monitor.model import Page, Received

VERSION = "WARC/1.1"
LEVEL = 4  # of zlib; warcio's 9 takes twice as long on a news page for a twentieth fewer bytes
GZIP = 16 + zlib.MAX_WBITS
CANDIDATE = "X-Diplowatch-URL"  # the ledger's key of a page, which a redirect may have led away from


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record of a file: where it stands and what it is."""

    offset: int
    length: int  # of the gzip member, bytes
    kind: str  # WARC-Type
    id: str = ""  # WARC-Record-ID
    uri: str = ""  # WARC-Target-URI
    url: str = ""  # the candidate's
    date: str = ""  # WARC-Date
    digest: str = ""  # of the payload
    refers_to: str = ""  # the record of which this one is a repetition or a reading


class _Writer(WARCWriter):
    """Makes one record a gzip member."""

    def __init__(self) -> None:
        super().__init__(BytesIO(), gzip=False, warc_version=VERSION)

    def pack(self, record: ArcWarcRecord) -> bytes:
        self.write_record(record)
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        return packer.compress(self.out.getvalue()) + packer.flush()


def make_warcinfo(filename: str) -> bytes:
    """The first record of a file."""
    writer = _Writer()
    info = {"software": f"diplowatch/{__version__}", "format": "WARC File Format 1.1"}
    info["conformsTo"] = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
    return writer.pack(writer.create_warcinfo_record(filename, info))


def make_response(page: Page, received: Received) -> bytes:
    """A page's answer with status, headers and body as they were received."""
    writer = _Writer()
    return writer.pack(
        writer.create_warc_record(
            page.final_url,
            "response",
            payload=BytesIO(received.body),
            length=len(received.body),
            warc_headers_dict=_name(page),
            http_headers=_http(received),
        )
    )


def make_revisit(page: Page, received: Received, first: Entry) -> bytes:
    """An answer with the very bytes of an earlier one: its headers, and where the bytes are."""
    writer = _Writer()
    names = _name(page) | {"WARC-Refers-To": first.id}
    return writer.pack(
        writer.create_revisit_record(
            page.final_url, first.digest, first.uri, first.date, http_headers=_http(received), warc_headers_dict=names
        )
    )


def make_conversion(page: Page, html: bytes, refers_to: str) -> bytes:
    """What a browser made of an answer: the markup that was read."""
    writer = _Writer()
    names = _name(page) | {"WARC-Refers-To": refers_to}
    return writer.pack(
        writer.create_warc_record(
            page.final_url,
            "conversion",
            payload=BytesIO(html),
            length=len(html),
            warc_content_type="text/html; charset=utf-8",
            warc_headers_dict=names,
        )
    )


def make_metadata(uri: str, refers_to: str, body: bytes) -> bytes:
    """JSON about a record: the hits that its page had."""
    writer = _Writer()
    return writer.pack(
        writer.create_warc_record(
            uri,
            "metadata",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type="application/json",
            warc_headers_dict={"WARC-Refers-To": refers_to},
        )
    )


def digest_payload(body: bytes) -> str:
    """The payload's digest as WARC writes it: `sha1:` and base 32."""
    digester = Digester("sha1")
    digester.update(body)
    return str(digester)


def read_entry(head: bytes, offset: int, length: int) -> Entry | None:
    """The index entry of a record by its unpacked beginning; None when that is no WARC record."""
    if not head.startswith(b"WARC/1."):
        return None
    named: dict[str, str] = {}
    for line in head.split(b"\r\n\r\n")[0].decode("utf-8", errors="replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        named[name.lower()] = value.strip()
    return Entry(
        offset=offset,
        length=length,
        kind=named.get("warc-type", ""),
        id=named.get("warc-record-id", ""),
        uri=named.get("warc-target-uri", ""),
        url=named.get(CANDIDATE.lower(), ""),
        date=named.get("warc-date", ""),
        digest=named.get("warc-payload-digest", ""),
        refers_to=named.get("warc-refers-to", ""),
    )


def _name(page: Page) -> dict[str, str]:
    return {"WARC-Date": _say_date(page.fetched_at), CANDIDATE: page.url}


def _say_date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _http(received: Received) -> StatusAndHeaders:
    known = {status.value: status.phrase for status in HTTPStatus}
    line = f"{received.status} {known.get(received.status, '')}".strip()
    return _AsReceived(line, list(received.headers), protocol="HTTP/1.1")


class _AsReceived(StatusAndHeaders):
    """warcio writes what is not ASCII in %-escapes; here every byte stays (Received decodes headers as Latin-1)."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        return bytes(self.to_bytes(filter_func, encoding="latin-1"))
