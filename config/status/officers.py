"""Is somebody there whom the site has to tell at once?"""

from django.utils.translation import gettext as _

from config.status.lights import Level, Light, guarded
from kb.choices import SpillState
from kb.models import Spill
from kb.notifications import holders_of
from people.roles import Action


@guarded(lambda: _("Security officer"))
def security_officer() -> Light:
    """Does somebody hear of reports of spills, and decide on them?"""
    title = _("Security officer")
    officers = holders_of(Action.SPILL).count()
    waiting = Spill.objects.exclude(state=SpillState.CLOSED).count()
    facts = [(_("Security officers"), str(officers)), (_("Open spills"), str(waiting))]
    if officers:
        return Light(title, Level.FINE, _("Reports of what should not be here reach somebody."), "", facts)
    words = _("No security officer is named: nobody can decide on reports of what should not be here.")
    advice = _("Give somebody the role under “People → Roles”. Administrators are told of reports meanwhile.")
    return Light(title, Level.ACT if waiting else Level.LOOK, words, advice, facts)
