"""Which browser is it, in words that its owner knows again and that tell nobody else more?"""

import ipaddress

# The first sign that fits counts: nearly every browser names those before it.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """Return browser and system, as in "Firefox, Linux"; empty where neither is known."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def coarse(address: str) -> str:
    """Return the network of an address: what is stored says from which house, not from which desk."""
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return "0.0.0.0"  # noqa: S104  (stands for "not known"; nothing listens there)
    prefix = 24 if place.version == 4 else 48
    return str(ipaddress.ip_network(f"{place}/{prefix}", strict=False).network_address)
