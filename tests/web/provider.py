"""An OpenID provider for tests, on loopback: whoever is named next has an account here, and is logged in unasked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "pathway"


class Provider:
    """The provider: its address, and the claims of who logs in next."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.next: Mapping[str, object] = {}
        self._asked: dict[str, tuple[Mapping[str, object], str]] = {}  # code -> claims, nonce
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://localhost:{self.server.server_address[1]}"

    def described(self) -> dict[str, Any]:
        """Say where everything is, as OpenID providers do."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorized(self, asked: Mapping[str, list[str]]) -> str:
        """Give the address to go back to, with a code."""
        code = f"code{len(self._asked)}"
        self._asked[code] = (dict(self.next), asked["nonce"][0])
        return f"{asked['redirect_uri'][0]}?{urlencode({'code': code, 'state': asked['state'][0]})}"

    def token(self, sent: Mapping[str, list[str]]) -> dict[str, Any]:
        """Give the signed claims for a code."""
        from joserfc import jwt

        claims, nonce = self._asked.pop(sent["code"][0])
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": nonce, **claims}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, said, self.key)
        return {"access_token": "none", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorized(parse_qs(parts.query)))
                self.end_headers()
                return
            public = {"keys": [provider.key.as_dict(private=False)]}
            self._send(public if parts.path == "/keys" else provider.described())

        def do_POST(self) -> None:
            self._send(provider.token(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())))

        def _send(self, said: object) -> None:
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def providing() -> Iterator[Provider]:
    """Run the provider beside the test."""
    provider = Provider()
    threading.Thread(target=provider.server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
