"""Which answers are kept for those who ask the same?"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class Answers(OrderedDict[Any, Any]):
    """The answers that were asked for last; they hold as long as the state of the index that gave them."""

    def __init__(self, most: int) -> None:
        """Keep as many, and no more."""
        super().__init__()
        self._most = most
        self._lock = threading.Lock()

    def remember(self, key: Any, answer: Callable[[], Any]) -> Any:
        """Return what is kept under this key, else find the answer and keep it."""
        with self._lock:
            if key in self:
                self.move_to_end(key)
                return self[key]
        value = answer()
        with self._lock:
            self[key] = value
            while len(self) > self._most:
                self.popitem(last=False)
        return value
