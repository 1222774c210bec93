"""Keeps a page's answer as it came over the wire, before it is unpacked: what evidence is made of. Pure."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from monitor.model import Received


class ReceivedGate:
    """Downloader middleware, the nearest to the network; only pages of candidates are kept."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Leaves the answer as it is. A redirect's own answer is followed by the next one, which takes its place."""
        if "row" in request.meta:
            request.meta["received"] = Received(
                status=response.status,
                headers=tuple(
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, values in response.headers.items()
                    for value in values
                ),
                body=response.body,
            )
        return response
