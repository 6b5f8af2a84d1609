"""A small identity provider (OpenID Connect) as a process of its own: `python -m tests.identity_provider PORT`.

A PUT to /next says what it does next: what it claims (`claims`), what it leaves out (`without`), whether it signs with
a key that it does not publish (`other_key`), and what `/userinfo` says (`userinfo`).
"""

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.machine import free_port
from tests.site import ROOT

CLIENT, SECRET = "commons", "a secret of the tests"
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("published", "other")}


class Provider(BaseHTTPRequestHandler):
    issuer = ""
    codes: dict = {}
    tokens: dict = {}
    behaviour: dict = {}

    def log_message(self, *args: object) -> None:
        pass

    def say(self, body: object, status: int = 200, **headers: str) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def do_PUT(self) -> None:
        type(self).behaviour = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.say({})

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/openid-configuration"):
            self.say(
                {
                    "issuer": self.behaviour.get("issuer", self.issuer),
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif parts.path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEYS["published"].public_key()))
            self.say({"keys": [{**key, "kid": "one", "alg": "RS256", "use": "sig"}]})
        elif parts.path == "/authorize":
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            answer = {"code": code, "state": self.behaviour.get("state", asked["state"])}
            if self.behaviour.get("refuses"):
                answer = {"error": "access_denied", "state": asked["state"]}
            self.say({}, 302, Location=f"{asked['redirect_uri']}?{urlencode(answer)}")
        elif parts.path == "/userinfo":
            self.say(self.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "), {}))
        else:
            self.say({}, 404)

    def do_POST(self) -> None:
        sent = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        asked = self.codes.pop(sent.get("code"), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        fit = asked and sent.get("client_secret") == SECRET and asked.get("code_challenge") == challenge
        if not fit or asked["redirect_uri"] != sent.get("redirect_uri"):
            self.say({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "number-1", "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked.get("nonce"), **self.behaviour.get("claims", {})}
        claims = {name: value for name, value in claims.items() if name not in self.behaviour.get("without", [])}
        key = KEYS["other" if self.behaviour.get("other_key") else "published"]
        token = jwt.encode(claims, key, "RS256", headers={"kid": "one"})
        if self.behaviour.get("unsigned"):
            token = jwt.encode(claims, None, "none", headers={"kid": "one"})
        access = secrets.token_urlsafe(16)
        person = {"sub": claims.get("sub"), "email": "ada@example.org", "email_verified": True, "name": "Ada Example"}
        self.tokens[access] = {**person, **self.behaviour.get("userinfo", {})}
        self.say({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token})


@contextmanager
def running() -> Iterator[str]:
    """Run the provider as a process of its own; yields its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.identity_provider", str(port)], cwd=ROOT)
    issuer = f"http://localhost:{port}"
    try:
        for _attempt in range(200):
            try:
                urllib.request.urlopen(f"{issuer}/keys", timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield issuer
    finally:
        process.terminate()
        process.wait(timeout=10)


def next_time(place: str, **behaviour: object) -> None:
    """Say what the provider does from now on."""
    asked = urllib.request.Request(f"{place}/next", json.dumps(behaviour).encode(), method="PUT")
    urllib.request.urlopen(asked, timeout=5).close()


if __name__ == "__main__":
    Provider.issuer = f"http://localhost:{sys.argv[1]}"
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Provider).serve_forever()
