"""Which words stand beside the fields of signing in? allauth's forms, with our labels and empty boxes."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Password now"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "code": _("Code"),
    "name": _("Name of the key"),
}


class PlainFields:
    """Labels above the fields; no text inside them, where it would vanish on the first key."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the form, then take its words in hand."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
        for name in {"password", "oldpassword"} & self.fields.keys():
            # The way to a new password stands below the form, where it is as easy to hit as the other ways.
            self.fields[name].help_text = ""


class LoginForm(PlainFields, account.LoginForm):
    """Sign in."""


class ReauthenticateForm(PlainFields, account.ReauthenticateForm):
    """Give the password once more."""


class ResetPasswordForm(PlainFields, account.ResetPasswordForm):
    """Ask for a link to a new password."""


class ResetPasswordKeyForm(PlainFields, account.ResetPasswordKeyForm):
    """Choose a new password, by the link."""


class ChangePasswordForm(PlainFields, account.ChangePasswordForm):
    """Choose a new password, signed in."""


class AuthenticateForm(PlainFields, mfa.AuthenticateForm):
    """Give the second factor."""


class ReauthenticateCodeForm(PlainFields, mfa.ReauthenticateForm):
    """Give the second factor once more."""


class ActivateTOTPForm(PlainFields, totp.ActivateTOTPForm):
    """Prove that the app gives the right codes."""


class AddWebAuthnForm(PlainFields, webauthn.AddWebAuthnForm):
    """Add a security key or passkey."""


class EditWebAuthnForm(PlainFields, webauthn.EditWebAuthnForm):
    """Rename a security key or passkey."""
