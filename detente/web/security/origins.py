"""Where a request comes from and which name it was sent to, and where an answer may lead.

Browsers tell with every request what made it (``Sec-Fetch-Site``, or ``Origin`` in older ones and
where the connection is not encrypted). A request that another site made is refused where it could
change something. This is the rule of ``CrossOriginProtection`` in Go's ``net/http``, explained by
F. Valsorda, "Cross-Site Request Forgery" (2025). What another site merely loads is refused too,
because a question that is asked costs work: the "resource isolation policy" of L. Weichselbaum,
"Protect your resources from web attacks with Fetch Metadata" (2020). Programs send neither of the
two headers and are not concerned.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""
_OURS = ("same-origin", "none")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z_.-]+)(:[0-9]{1,5})?")
_ADDRESS = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def is_loopback(name: str) -> bool:
    """Tell whether a name or address can only mean this machine."""
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def has_host(headers: Headers) -> bool:
    """Tell whether a request names a host, and nothing else in that place."""
    return _HOST.fullmatch(headers.get("host", "")) is not None


def sent_to_loopback(headers: Headers) -> bool:
    """Tell whether a request was sent to this machine by a name that only means this machine.

    A page of another site can have its own name lead here (DNS rebinding), but not without the
    browser naming that site as the host.
    """
    found = _HOST.fullmatch(headers.get("host", ""))
    return found is not None and is_loopback(found[1])


def made_elsewhere(method: str, headers: Headers) -> bool:
    """Tell whether another site had a browser send a request that it may not."""
    site = headers.get("sec-fetch-site", "")
    if method in SAFE:
        opened = headers.get("sec-fetch-mode") == "navigate"
        alone = headers.get("sec-fetch-dest") == "document"
        return bool(site) and site not in _OURS and not (opened and alone and method == "GET")
    if site:
        return site not in _OURS
    origin = headers.get("origin")
    return origin is not None and _netloc(origin) != headers.get("host", "").lower()


def own_address(address: str, otherwise: str = "/") -> str:
    """Return an address that leads to a page of the workbench: the one given, or another."""
    return address if _ADDRESS.fullmatch(address) else otherwise


def came_from(headers: Headers, otherwise: str = "/") -> str:
    """Return the address of the page that a form was sent from; another where it is not ours."""
    try:
        page = urlsplit(headers.get("referer", ""))
    except ValueError:
        return otherwise
    if page.netloc.lower() != headers.get("host", "").lower():
        return otherwise
    return own_address(page.path + (f"?{page.query}" if page.query else ""), otherwise)


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
