"""Who may do what: the table of roles and actions, as data."""

from enum import StrEnum

from people.choices import Role


class Action(StrEnum):
    """Something a person may be allowed to do. Reading follows the marking, never this table."""

    LEARN_AND_REPORT = "learn, apply, endorse, report"
    SUBMIT = "submit, withdraw, recall own"
    ANONYMISE = "anonymise, merge"
    EDIT_VOCABULARIES = "edit vocabularies"
    REVIEW_CALENDAR = "keep the review calendar"
    EDIT_ENTRIES = "edit entries"
    PUBLISH = "approve technically, set evidence, publish"
    OPEN_ORIGIN = "open an origin with a reason"
    LOWER_LABEL_FIRST = "ask to lower a label"
    LOWER_LABEL_SECOND = "agree to lower a label"
    TRAIN = "make courses, items and cohorts"
    VET_PEOPLE = "vet people and manage circles"
    ADMINISTER = "accounts, roles, settings, import"
    SPILL = "freeze, purge, break glass"
    READ_AUDIT = "read the audit log"
    ENTER_ADMIN = "enter the editing interface"


MEMBER_ACTIONS = frozenset({Action.LEARN_AND_REPORT, Action.SUBMIT})

ROLE_ACTIONS: dict[Role, frozenset[Action]] = {
    Role.CURATOR: frozenset(
        {
            Action.ANONYMISE,
            Action.EDIT_VOCABULARIES,
            Action.REVIEW_CALENDAR,
            Action.EDIT_ENTRIES,
            Action.OPEN_ORIGIN,
            Action.LOWER_LABEL_FIRST,
            Action.ENTER_ADMIN,
        }
    ),
    Role.REVIEWER: frozenset({Action.EDIT_ENTRIES, Action.PUBLISH, Action.LOWER_LABEL_SECOND, Action.ENTER_ADMIN}),
    Role.TRAINER: frozenset({Action.TRAIN, Action.LOWER_LABEL_SECOND, Action.ENTER_ADMIN}),
    Role.CONTACT_POINT: frozenset({Action.VET_PEOPLE, Action.LOWER_LABEL_FIRST}),
    Role.ADMINISTRATOR: frozenset({Action.VET_PEOPLE, Action.ADMINISTER, Action.ENTER_ADMIN}),
    Role.SECURITY_OFFICER: frozenset({Action.OPEN_ORIGIN, Action.LOWER_LABEL_SECOND, Action.SPILL, Action.READ_AUDIT}),
    Role.AUDITOR: frozenset({Action.READ_AUDIT}),
}


def allowed(roles: frozenset[str], *, vetted: bool) -> frozenset[Action]:
    """Return the actions of somebody with these roles; without a vetted, active membership there are none."""
    if not vetted:
        return frozenset()
    granted = set(MEMBER_ACTIONS)
    for role in roles:
        granted |= ROLE_ACTIONS.get(Role(role), frozenset())
    return frozenset(granted)
