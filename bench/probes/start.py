"""How does a probe come to stand inside the site, and how does it hand back what it found?"""

import json
from typing import Any

import django


def stand_up() -> None:
    """Make Django ready under the settings of the environment."""
    django.setup()


def hand_back(found: Any) -> None:
    """Print what was found, as the last line."""
    print(json.dumps(found))
