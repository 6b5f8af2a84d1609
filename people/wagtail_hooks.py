"""What do accounts, organisations and circles add to the editing interface?"""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from people.models import Circle, Organisation, User
from people.policies import KeptPolicy
from people.viewsets import PeopleGroup

# Records name them: an account is closed, an organisation left, a circle emptied.
for kept in (User, Organisation, Circle):
    register_permission_policy(kept, KeptPolicy(kept, frozenset({"delete"})))


@hooks.register("register_admin_viewset")
def people() -> PeopleGroup:
    """Add the views of people."""
    return PeopleGroup()
