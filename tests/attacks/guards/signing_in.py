"""The guards of login and sessions: a26 to a32."""

from tests.attacks.guards.row import Guard, guard

_BASE = "config/settings/base.py"
_STAGES = (
    "people/adapters.py",
    "return [own.get(stage, stage) for stage in super().get_login_stages()]",
    'return [own.get(stage, stage) for stage in super().get_login_stages() if "mfa" not in stage]',
)

_A26 = "test_a26_second_doors.py::test_a26_only_the_one_login_signs_in_and_it_asks_for_the_second_factor"
_A28 = "test_a28_guessing.py::test_a28_"
_A29 = "test_a29_old_sessions.py::test_a29_"
_A30 = "test_a30_end_of_a_visit.py::test_a30_"
_A31 = "test_a31_forms_from_elsewhere.py::test_a31_"
_A32 = "test_a32_forged_origin.py::test_a32_"

ROWS: tuple[Guard, ...] = (
    guard(
        "a26",
        _A26,
        ("config/urls.py", '    path("admin/login/", _login),\n', ""),
        (
            "people/middleware.py",
            "            return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))\n",
            "            return self.get_response(request)\n",
        ),
    ),
    guard("a26", _A26, _STAGES),
    guard("a27", "test_a27_reset_and_second_factor.py::test_a27_the_second_factor_is_still_asked_for", _STAGES),
    guard(
        "a27",
        "test_a27_reset_and_second_factor.py::test_a27_an_unknown_address_gets_the_same_page",
        (_BASE, "ACCOUNT_PREVENT_ENUMERATION = True", "ACCOUNT_PREVENT_ENUMERATION = False"),
    ),
    guard(
        "a28",
        f"{_A28}many_addresses_do_not_get_more_tries_at_one_account",
        (_BASE, '"login_strangers": "10/10m/key,30/3h/key,100/d/key"', '"login_strangers": "1000/10m/key"'),
    ),
    guard(
        "a28",
        f"{_A28}one_address_does_not_get_more_tries_by_changing_accounts",
        (_BASE, '"login": "100/m/ip"', '"login": "10000/m/ip"'),
        (_BASE, '"login_failed": "100/m/ip,5/5m/key"', '"login_failed": "5/5m/key"'),
    ),
    guard(
        "a28",
        f"{_A28}the_cookie_of_one_account_opens_no_other",
        (
            "people/known_browsers.py",
            "return device if device and _account(address) in accounts else None",
            "return device or None",
        ),
    ),
    guard(
        "a28",
        f"{_A28}a_made_up_cookie_makes_no_browser_known",
        (
            "people/known_browsers.py",
            '    except (signing.BadSignature, ValueError, TypeError):\n        return "", []\n',
            "    except (signing.BadSignature, ValueError, TypeError):\n"
            "        known = settings.KNOWN_BROWSER_COOKIE in request.COOKIES\n"
            '        return ("forged", [_account("owner@example.org")]) if known else ("", [])\n',
        ),
    ),
    guard(
        "a28",
        f"{_A28}the_owners_browser_gets_in_meanwhile",
        (
            "people/adapters.py",
            'action, key = ("login_known", f"{account}|{device}") if device else ("login_strangers", account)',
            'action, key = "login_strangers", account',
        ),
    ),
    guard(
        "a28",
        f"{_A28}all_processes_of_a_site_count_together",
        (
            "config/settings/production.py",
            '"BACKEND": "config.caches.SharedCache"',
            '"BACKEND": "django.core.cache.backends.locmem.LocMemCache"',
        ),
    ),
    guard(
        "a29",
        f"{_A29}a_new_password_ends_every_session",
        (_BASE, "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True", "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False"),
    ),
    guard(
        "a29",
        f"{_A29}what_was_taken_away_opens_nothing_any_more[membership]",
        (
            "people/viewers.py",
            "Membership.objects.filter(in_force(on=today), user=user)",
            "Membership.objects.filter(user=user)",
        ),
    ),
    guard(
        "a29",
        f"{_A29}nobody_signs_out_somebody_else",
        (
            "people/views/visit.py",
            "get_object_or_404(UserSession, pk=number, user=request.user.pk)",
            "get_object_or_404(UserSession, pk=number)",
        ),
    ),
    guard(
        "a30",
        f"{_A30}activity_prolongs_a_visit_but_not_for_ever",
        ("people/visits.py", "whole = started + settings.VISIT_SECONDS - moment", "whole = settings.VISIT_SECONDS"),
    ),
    guard(
        "a30",
        f"{_A30}what_pages_do_by_themselves_is_no_activity",
        ("people/visit_middleware.py", "active=not in_background(request, name)", "active=True"),
    ),
    guard(
        "a30",
        f"{_A30}a_script_is_told_that_the_visit_ended",
        ("people/visits.py", "    if left <= 0:\n        return False\n", ""),
    ),
    guard(
        "a30",
        f"{_A30}a_form_that_comes_too_late_waits_for_its_sender",
        (
            "people/visit_middleware.py",
            "                kept_forms.keep(request.session, kept_forms.fields_of(request), user_id=owner)\n",
            "                pass\n",
        ),
    ),
    guard(
        "a30",
        f"{_A30}nobody_else_is_shown_the_form",
        ("people/kept_forms.py", "        if owner == user_id:", "        if True:"),
    ),
    guard(
        "a30",
        f"{_A30}what_is_kept_is_sealed",
        ("people/kept_forms.py", "_seal(name).encrypt(words.encode()).decode()", "words"),
    ),
    guard(
        "a31",
        f"{_A31}no_address_takes_a_form_without_its_token",
        (_BASE, '    "django.middleware.csrf.CsrfViewMiddleware",\n', ""),
    ),
    guard(
        "a31",
        f"{_A31}a_token_does_not_help_a_form_from_another_origin",
        (_BASE, "CSRF_COOKIE_HTTPONLY = True", 'CSRF_TRUSTED_ORIGINS = ["https://elsewhere.example"]'),
    ),
    guard(
        "a31",
        f"{_A31}no_link_signs_anybody_out",
        ("config/urls.py", '    path("admin/logout/", require_POST(logout)),\n', ""),
    ),
    guard(
        "a32",
        f"{_A32}from_elsewhere_the_editing_interface_does_not_exist",
        (
            "people/middleware.py",
            "        if inside and self.networks and not self._is_near(request):",
            "        if False:",
        ),
    ),
    guard(
        "a32",
        f"{_A32}a_forged_address_is_not_believed_without_a_proxy",
        (_BASE, "ADMIN_NETWORKS: list[str] = []", "ADMIN_NETWORKS: list[str] = []\nALLAUTH_TRUSTED_PROXY_COUNT = 1"),
    ),
    guard(
        "a32",
        f"{_A32}a_forwarded_host_or_scheme_changes_no_address",
        (_BASE, "ADMIN_NETWORKS: list[str] = []", "ADMIN_NETWORKS: list[str] = []\nUSE_X_FORWARDED_HOST = True"),
    ),
    guard(
        "a32",
        f"{_A32}another_host_is_refused",
        (
            "config/settings/test.py",
            'ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]',
            'ALLOWED_HOSTS = ["*"]',
        ),
    ),
)
