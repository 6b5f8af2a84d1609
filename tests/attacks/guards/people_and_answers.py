"""The guards of people and origin, and those that stand everywhere: a43 to a56."""

from tests.attacks.guards.row import Guard, guard

_OWN = "people/own_data.py"
_HEADERS = "config/headers.py"

_A43 = "test_a43_a_person_who_left.py::test_a43_nothing_names_whoever_left_and_the_text_stays"
_A44 = "test_a43_where_an_entry_comes_from.py::test_a4"
_A45 = "test_a45_joining_tells_nothing.py::test_a45_nothing_of_another_organisation_is_named"
_A49 = "test_a49_exports.py::test_a49_"
_A50 = "test_a50_the_audit_log_is_never_changed.py::test_a50_"
_A54 = "test_a54_after_somebody_else.py::test_a54_"
_A55 = "test_a55_error_pages.py::test_a55_errors_tell_nothing_of_the_site_and_carry_all_headers"
_A56 = "test_a56_headers_and_cookies.py::test_a56_"

ROWS: tuple[Guard, ...] = (
    guard("a43", _A43, (_OWN, '    personal_data.register("mail", erase=_erase_mail)\n', "")),
    guard("a43", _A43, (_OWN, "export=_actions, erase=_erase_logs)", "export=_actions)")),
    guard("a43", _A43, (_OWN, "export=_sent, erase=_erase_invitations)", "export=_sent)")),
    guard("a43", _A43, ("kb/authorship.py", '    personal_data.register("revisions", erase=_erase)\n', "")),
    guard(
        "a43",
        f"{_A44}3_no_row_that_travels_with_an_entry_names_its_source",
        (
            "kb/marking/lowering.py",
            'data={"change": change.pk, "to": str(change.label)}',
            'data={"change": change.pk, "from": str(entry.marking.owning_organisation)}',
        ),
    ),
    guard(
        "a43",
        f"{_A44}3_the_source_is_not_told_who_asks_for_wider_sharing",
        ("templates/kb/handling/question.html", "{{ question.audience }}", "{{ question.asked_by.name }}"),
    ),
    guard(
        "a43",
        f"{_A44}3_no_page_names_who_an_entry_comes_from",
        (
            "templates/kb/entry.html",
            '<p class="lead">{{ entry.summary }}</p>',
            '<p class="lead">{{ entry.live_revision.user.name }}</p>',
        ),
    ),
    guard(
        "a44",
        f"{_A44}4_the_editing_interface_masks_the_origin",
        (
            "kb/viewsets/panels.py",
            "from kb.sharing import policy, tlp\n",
            "from kb.sharing import policy, tlp\nfrom kb.models import Origin\n",
        ),
        (
            "kb/viewsets/panels.py",
            "tlp.readers_in_words(marking.label, partner_release=marking.partner_release)",
            "Origin.objects.get(translation_key=self.instance.translation_key).organisation.name",
        ),
    ),
    guard(
        "a45",
        _A45,
        ("people/remit.py", "    return rows.filter(pk__in=viewer.contact_point_for)\n", "    return rows\n"),
    ),
    guard(
        "a45",
        _A45,
        (
            "people/remit.py",
            "        rows = rows.filter(organisation__in=organisations(viewer), for_administrators=False)\n",
            "        pass\n",
        ),
    ),
    guard(
        "a46",
        "test_a46_exact_times.py::test_a46_pages_tell_days_and_no_hours",
        (
            "templates/kb/entry.html",
            '{{ entry.published_date|date:"YEAR_MONTH_FORMAT" }}',
            '{{ entry.latest_revision.created_at|date:"c" }}',
        ),
    ),
    guard(
        "a47",
        "test_a47_mail_after_access_was_lost.py::test_a47_no_mail_leaves_to_whoever_lost_access",
        ("people/mailing.py", "            if not _still_due(mail):", "            if False:"),
    ),
    guard(
        "a48",
        "test_a48_mails_say_nothing.py::test_a48_a_mail_holds_neither_words_nor_names_nor_a_way_past_the_login",
        (
            "people/notice_mail.py",
            'words = _("Something waits for you in your inbox. Sign in to see what:")',
            'words = " ".join(said.text for said in notice_kinds.words_for(person, person.notices.all()).values())',
        ),
    ),
    guard(
        "a49",
        f"{_A49}the_list_of_entries_is_exported_as_far_as_it_may_be_read[curator-csv]",
        (
            "kb/viewsets/entries.py",
            "rows = Entry.objects.editable_by(scope_of(request.user)).select_related(",
            "rows = Entry.objects.select_related(",
        ),
    ),
    guard(
        "a49",
        f"{_A49}the_audit_log_leaves_with_auditors_and_security_officers_only",
        (
            "people/views/audit.py",
            'recorded before the first of them leaves."""\n    _only_readers(request)\n',
            'recorded before the first of them leaves."""\n',
        ),
    ),
    guard(
        "a49",
        "test_a43_a_person_who_left.py::test_a49_the_own_data_come_as_a_file_that_holds_nothing_of_others",
        (
            "kb/authorship.py",
            "readable = Entry.objects.visible_to(viewer_of(user)).filter(",
            "readable = Entry.objects.filter(",
        ),
    ),
    guard(
        "a50",
        f"{_A50}the_database_itself_refuses",
        (
            "people/migrations/0005_audit_log.py",
            "CREATE TRIGGER audit_row_unchanged BEFORE UPDATE ON people_auditrow\n"
            "BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;\n",
            "",
        ),
    ),
    guard(
        "a50",
        f"{_A50}the_database_itself_refuses",
        (
            "people/migrations/0005_audit_log.py",
            "BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;\n",
            "BEGIN SELECT 1; END;\n",
        ),
    ),
    guard(
        "a50",
        f"{_A50}no_address_takes_anything_but_a_look[auditor]",
        (
            "people/views/audit.py",
            "@require_safe\ndef log(request: HttpRequest) -> HttpResponse:",
            "def log(request: HttpRequest) -> HttpResponse:",
        ),
    ),
    guard(
        "a54",
        f"{_A54}everybody_gets_the_own_view_whoever_asked_before",
        (
            "config/page_cache.py",
            "    return settings.SESSION_COOKIE_NAME not in request.COOKIES and _MESSAGES not in request.COOKIES\n",
            "    return True\n",
        ),
    ),
    guard(
        "a54",
        f"{_A54}nothing_behind_the_login_is_kept_by_a_browser",
        ("people/middleware.py", '            response.headers["Cache-Control"] = "private, no-store"\n', ""),
    ),
    guard(
        "a55",
        _A55,
        (
            "config/trouble.py",
            'page = loader.get_template("500.html").render({"request_id": number_of(request)})',
            "page = repr(sys.exception())",
        ),
    ),
    guard(
        "a55",
        _A55,
        (
            "search/views/errors.py",
            'return render(request, "404.html", status=404)',
            "return HttpResponse(__import__('traceback').format_exc(), status=404)",
        ),
    ),
    guard(
        "a56",
        f"{_A56}every_answer_carries_the_full_set",
        (_HEADERS, '            ("Cross-Origin-Embedder-Policy", "require-corp"),\n', ""),
    ),
    guard(
        "a56",
        f"{_A56}every_answer_carries_the_full_set",
        ("config/settings/base.py", '    "config.headers.SecurityHeadersMiddleware",\n', ""),
    ),
    guard(
        "a56",
        f"{_A56}cookies_are_tight",
        ("people/known_browsers.py", "        httponly=True,\n", ""),
    ),
    guard(
        "a56",
        f"{_A56}readers_without_an_account_get_no_cookie",
        (
            _HEADERS,
            "        for name, value in (\n",
            '        response.set_cookie("seen", "1")\n        for name, value in (\n',
        ),
    ),
    guard(
        "a56",
        f"{_A56}signing_out_empties_what_the_browser_kept",
        ("people/views/account.py", "Clear-Site-Data", "X-Clear-Site-Data"),
    ),
)
