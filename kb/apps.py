"""The kb app."""

from django.apps import AppConfig


class KbConfig(AppConfig):
    """Entries, vocabularies and their sharing."""

    name = "kb"
    verbose_name = "Knowledge base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers and register the checks, once the models are there."""
        from kb import authorship, checks, notices, notifications, receivers, vocabulary
        from kb.forms.wording import no_marking_words
        from people import expertise, wording

        receivers.connect(self)
        notifications.register_kinds()
        notices.register_kinds()
        expertise.register(vocabulary.expertise_areas)
        wording.register(no_marking_words)
        checks.register_checks()
        authorship.register()
