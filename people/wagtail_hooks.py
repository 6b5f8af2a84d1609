"""What do accounts, organisations and circles add to the editing interface?"""

from wagtail import hooks

from people.viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def people() -> PeopleGroup:
    """Add the views of people."""
    return PeopleGroup()
