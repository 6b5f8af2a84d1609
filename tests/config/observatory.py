"""How would Mozilla's HTTP Observatory score an answer? Its published rules: 100, less penalties, plus bonuses.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring. Bonuses count only from 90 points
upwards. Preloading of HSTS, which depends on a list elsewhere, is left out.
"""

import re

from django.http import HttpResponse

A_PLUS = 100
BONUS_FROM = 90


def directives(policy: str) -> dict[str, list[str]]:
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {words[0]: words[1:] for words in parts}


def csp(answer: HttpResponse) -> int:
    found = directives(answer.headers.get("Content-Security-Policy", ""))
    if not found:
        return -25
    scripts = found.get("script-src", found.get("default-src", ["*"]))
    styles = found.get("style-src", found.get("default-src", ["*"]))
    if {"'unsafe-inline'", "*", "https:", "data:"} & set(scripts):
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if {"'unsafe-inline'", "*", "https:", "data:"} & set(styles):
        return 0
    return 10 if found.get("default-src") == ["'none'"] else 5


def cookies(answer: HttpResponse) -> int:
    score = 5 if answer.cookies else 0
    for morsel in answer.cookies.values():
        if not morsel["secure"]:
            return -40 if "sess" in morsel.key else -20
        if not morsel["httponly"] and "sess" in morsel.key:
            return -30
        if morsel["samesite"] not in {"Lax", "Strict"}:
            score = 0
    return score


def hsts(answer: HttpResponse) -> int:
    age = re.search(r"max-age=(\d+)", answer.headers.get("Strict-Transport-Security", ""))
    if age is None:
        return -20
    return 0 if int(age[1]) >= 15_768_000 else -10


def sharing(answer: HttpResponse) -> int:
    return -50 if answer.headers.get("Access-Control-Allow-Credentials") == "true" else 0


def referrer(answer: HttpResponse) -> int:
    private = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    stated = answer.headers.get("Referrer-Policy")
    return 0 if stated is None else 5 if stated in private else -5


def sniffing(answer: HttpResponse) -> int:
    return 0 if answer.headers.get("X-Content-Type-Options") == "nosniff" else -5


def framing(answer: HttpResponse) -> int:
    if "frame-ancestors" in directives(answer.headers.get("Content-Security-Policy", "")):
        return 5
    return 0 if answer.headers.get("X-Frame-Options") in {"DENY", "SAMEORIGIN"} else -20


def resource_policy(answer: HttpResponse) -> int:
    stated = answer.headers.get("Cross-Origin-Resource-Policy")
    return {None: 0, "same-origin": 10, "same-site": 10, "cross-origin": 0}.get(stated, -5)


def scripts_from_elsewhere(answer: HttpResponse) -> int:
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return 0
    return -50 if re.search(rb"<script[^>]*src=.(?:https?:)?//", answer.content) else 0


RULES = (
    csp,
    cookies,
    hsts,
    sharing,
    referrer,
    sniffing,
    framing,
    resource_policy,
    scripts_from_elsewhere,
)


def score(answer: HttpResponse) -> int:
    """Return the points of one answer; 130 and more is beyond A+ (100)."""
    points = [rule(answer) for rule in RULES]
    penalised = 100 + sum(point for point in points if point < 0)
    return penalised + sum(point for point in points if point > 0) if penalised >= BONUS_FROM else penalised
