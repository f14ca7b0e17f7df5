"""HTTP to the Bot API over aiohttp: five times less work per call than the library's own client."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 5.0
_CONNECTIONS = 64
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotSent(NetworkError):  # noqa: N818 - the library's errors have no ending either
    """The call never reached the server, so it may be made again."""


class AiohttpRequest(BaseRequest):
    """One pool of connections. Nothing here logs a URL: it holds the token."""

    def __init__(
        self, *, connections: int = _CONNECTIONS, read_timeout: float = _READ_SECONDS
    ) -> None:
        """Make the pool at `initialize`; `read_timeout` in seconds is for calls that name none."""
        self._connections = connections
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str] = {}

    @property
    def read_timeout(self) -> float | None:
        """How long to wait for an answer, in seconds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, ttl_dns_cache=300, keepalive_timeout=60
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            # Looked up once: aiohttp's own `trust_env` reads a file for every call.
            self._proxies = {
                scheme: proxy
                for scheme, proxy in getproxies().items()
                if scheme in ("http", "https")
            }

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - aiohttp has one for both
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - waits within `total`
    ) -> tuple[int, bytes]:
        """Make a call; gives the status and the body.

        Raises TimedOut where the server may have carried it out without saying so, NotSent where it
        did not get it, NetworkError for anything else on the way.
        """
        if self._session is None:
            raise RuntimeError("the request is not initialized")
        connect = _seconds(connect_timeout, _CONNECT_SECONDS)
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=connect, sock_read=_seconds(read_timeout, self._read_timeout)
        )
        data, headers = _body(request_data)
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=timeout, proxy=self._proxy(url)
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            # The URL, and with it the token, stays out of the message.
            raise NetworkError(type(error).__name__) from None

    def _proxy(self, url: str) -> str | None:
        if not self._proxies:
            return None
        parts = urlsplit(url)
        return None if proxy_bypass(parts.hostname or "") else self._proxies.get(parts.scheme)


def _seconds(given: object, otherwise: float) -> float | None:
    if given is None or isinstance(given, int | float):
        return given
    return otherwise


def _body(
    request_data: RequestData | None,
) -> tuple[aiohttp.FormData | bytes | None, dict[str, str] | None]:
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        # By hand: aiohttp makes a multipart writer even for a form that needs none.
        return urlencode(request_data.json_parameters).encode(), _FORM
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, kind) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, None
