"""Mail over TLS: certificates are looked at, unless the channel says not to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from newsroom import make_story
from receivers import Mailbox, free_port

from monitor.errors import DeliveryError
from monitor.model import Channel
from monitor.notify import send
from monitor.render import render_alert


def write_certificate(folder: Path) -> Path:
    """A certificate that nobody signed but itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "both.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[Mailbox, int]]:
    """A mailbox that offers STARTTLS and refuses mail without it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path))
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True)
    controller.start()
    yield box, port
    controller.stop()


def url(port: int, more: str) -> str:
    return f"mailto://127.0.0.1:{port}/?from=watch@desk.test&to=reader@desk.test&mode=starttls{more}"


def test_a_certificate_that_nobody_signed_is_refused_unless_the_channel_takes_it(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    (mail,) = render_alert(make_story(), "instant", "mail", key="x-a1-mail", zone="UTC")
    with pytest.raises(DeliveryError, match=r"SSL|CERT|certificate"):
        send(Channel(slug="mail", url=url(port, "")), mail, ".")
    assert box.mails == []

    send(Channel(slug="mail", url=url(port, "&verify=no")), mail, ".")
    send(Channel(slug="mail", url=url(port, "&verify=no")), mail, ".")

    assert len(box.mails) == 2
