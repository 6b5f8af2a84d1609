"""How does somebody at a terminal see how far an import is?"""

import time
from typing import TextIO

_WIDTH = 40
_EVERY_ON_TERMINAL, _EVERY_IN_LOG = 0.2, 5.0  # seconds


class Progress:
    """A bar on a terminal, a line now and then anywhere else."""

    def __init__(self, out: TextIO) -> None:
        """Find out whether somebody is watching."""
        self.out = out
        self.watched = out.isatty()
        self.started = self.told = time.monotonic()

    def tell(self, done: int, total: int) -> None:
        """Show how many of how many records are done, not too often."""
        now = time.monotonic()
        every = _EVERY_ON_TERMINAL if self.watched else _EVERY_IN_LOG
        if now - self.told < every:
            return
        self.told = now
        rate = done / max(now - self.started, 0.001)
        if self.watched:
            filled = _WIDTH * done // max(total, 1)
            bar = "█" * filled + "·" * (_WIDTH - filled)
            self.out.write(f"\r{bar} {done:,} of {total:,}, {rate:,.0f} a second \x1b[K")
        else:
            self.out.write(f"  {done:,} of {total:,} records, {rate:,.0f} a second\n")
        self.out.flush()

    def end(self) -> None:
        """Take the bar away."""
        if self.watched:
            self.out.write("\r\x1b[K")
            self.out.flush()
