"""Who asks the site? A counted client that keeps its connections."""

import http.client
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

Request = tuple[str, Mapping[str, str]]  # path with query string, headers


@dataclass(frozen=True)
class Answer:
    """What came back. `seconds` is the time that the client waited."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Client:
    """One connection, made again where the server closed it."""

    def __init__(self, port: int) -> None:
        """Connect with the first request."""
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Return the answer to a GET. Raises OSError or http.client.HTTPException where there is none."""
        started = time.perf_counter()
        try:
            answer = self._ask(path, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()
            answer = self._ask(path, headers)
        body = answer.read()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, body, time.perf_counter() - started)

    def _ask(self, path: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        self.connection.request("GET", path, headers={"Host": f"localhost:{self.port}", **headers})
        return self.connection.getresponse()

    def close(self) -> None:
        """Give the connection up."""
        self.connection.close()


class Crowd:
    """Several clients at once, each with a connection of its own."""

    def __init__(self, port: int, size: int) -> None:
        """Make the clients; they connect with their first request."""
        self.clients = [Client(port) for _number in range(size)]
        self.pool = ThreadPoolExecutor(size)

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        """Return the answers to all requests, shared out among the clients."""
        size = len(self.clients)
        parts = [requests[number::size] for number in range(size)]
        if size == 1:
            return [self.clients[0].get(*request) for request in requests]
        work = [
            self.pool.submit(lambda client, part: [client.get(*request) for request in part], client, part)
            for client, part in zip(self.clients, parts, strict=True)
        ]
        return [answer for done in work for answer in done.result()]

    def close(self) -> None:
        """Give all connections up."""
        for client in self.clients:
            client.close()
        self.pool.shutdown()
