"""The guards of files and those against injection: a33 to a42."""

from tests.attacks.guards.row import Guard, guard

_REACH = (
    "kb/sharing/querysets.py",
    'whatever else is to be said of them."""\n    return queryset.filter(_within_reach(queryset, viewer))\n',
    'whatever else is to be said of them."""\n    return queryset\n',
)

_FILES = "test_a33_to_a37_files.py::test_a3"
_A38 = "test_a38_script_payloads.py::test_a38_"
_A39 = "test_a39_html_past_the_forms.py::test_a39_"
_A42 = "test_a42_inside_addresses.py::test_a42_"

ROWS: tuple[Guard, ...] = (
    guard(
        "a33",
        f"{_FILES}3_folders_names_and_ways_around_lead_nowhere",
        (
            "config/urls_closed.py",
            '    path("", include("kb.urls_plain")),\n',
            '    path("media/<path:path>", __import__("django.views.static").views.static.serve,\n'
            '         {"document_root": __import__("django.conf").conf.settings.MEDIA_ROOT}),\n',
        ),
    ),
    guard("a34", f"{_FILES}4_every_size_of_a_closed_picture_is_as_unknown_as_none", _REACH),
    guard("a34", f"{_FILES}4_files_are_as_closed_as_pictures", _REACH),
    guard(
        "a34",
        f"{_FILES}4_every_size_of_a_closed_picture_is_as_unknown_as_none",
        ("kb/media.py", "else MediaImage if spec == FULL or spec in SIZES else None", "else MediaImage"),
    ),
    guard(
        "a35",
        f"{_FILES}5_what_a_browser_could_run_is_only_ever_fetched",
        ("kb/views/media.py", "opened, as_attachment=as_file,", "opened, as_attachment=False,"),
    ),
    guard(
        "a35",
        f"{_FILES}5_what_a_browser_could_run_is_only_ever_fetched",
        ("kb/views/media.py", '    response.headers["Content-Security-Policy"] = POLICY\n', ""),
    ),
    guard(
        "a36",
        f"{_FILES}6_harmful_files_are_refused_in_words",
        ("kb/anonymisation/cleaning.py", "    check_name(name, kind)\n", ""),
    ),
    guard(
        "a36",
        f"{_FILES}6_harmful_files_are_refused_in_words",
        (
            "kb/anonymisation/kinds.py",
            'return not head.replace(b"\\0", b"").startswith((b"<", b"{\\\\rtf", b"mz", b"#!")) and (',
            "return (",
        ),
    ),
    guard(
        "a36",
        f"{_FILES}6_a_hundred_megabytes_are_refused_without_being_read",
        ("config/headers.py", "MAX_BODY = 27_000_000", "MAX_BODY = 270_000_000"),
    ),
    guard(
        "a36",
        f"{_FILES}6_nobody_uploads_who_does_not_edit",
        (
            "kb/admin_policies.py",
            "return action in _MEDIA_ACTIONS and (scope.may(Action.EDIT_ENTRIES) or scope.may(Action.ADMINISTER))",
            "return action in _MEDIA_ACTIONS",
        ),
    ),
    guard(
        "a37",
        f"{_FILES}7_nothing_of_where_and_by_whom_is_left",
        (
            "kb/anonymisation/__main__.py",
            "        cleaned, written_as = pictures.clean(data)\n        return written_as, cleaned\n",
            "        return kind, data\n",
        ),
    ),
    guard(
        "a37",
        f"{_FILES}7_nothing_of_where_and_by_whom_is_left",
        ("kb/anonymisation/__main__.py", "    return kind, _CLEAN[kind](data)\n", "    return kind, data\n"),
    ),
    guard(
        "a38",
        f"{_A38}no_payload_in_an_entry_lives_on_a_page",
        ("kb/fields.py", "return clean_html(value) if isinstance(value, str) else value", "return value"),
    ),
    guard(
        "a38",
        f"{_A38}no_payload_in_an_entry_lives_on_a_page",
        (
            "templates/kb/entry.html",
            '<p class="lead">{{ entry.summary }}</p>',
            '<p class="lead">{{ entry.summary|safe }}</p>',
        ),
    ),
    guard(
        "a38",
        f"{_A38}what_a_reader_asks_for_does_not_live_on_the_answer",
        ("templates/search/search_box.html", 'value="{{ query.text }}"', 'value="{{ query.text|safe }}"'),
    ),
    guard(
        "a38",
        f"{_A38}all_payloads_together_stay_texts_in_the_editing_interface",
        ("templates/wagtailadmin/kb/relations.html", ": {{ relation.note }}", ": {{ relation.note|safe }}"),
    ),
    guard(
        "a39",
        f"{_A39}saving_updating_and_publishing_clean",
        ("kb/fields.py", "return clean_html(value) if isinstance(value, str) else value", "return value"),
    ),
    guard(
        "a39",
        f"{_A39}what_was_forced_in_is_found_by_its_place_and_cleaned",
        ("kb/stored_html.py", "    yield from _unclean_revisions()\n", ""),
    ),
    guard(
        "a40",
        "test_a40_exports.py::test_a40_no_cell_is_a_formula",
        (
            "kb/viewsets/entry_list.py",
            'return f"\'{shown}" if isinstance(shown, str) and shown.startswith(_FORMULA) else shown',
            "return shown",
        ),
    ),
    guard(
        "a41",
        "test_a41_lines_of_the_log.py::test_a41_what_is_asked_for_stays_on_its_line_and_makes_no_header",
        ("search/views/machines.py", "ascii(directive), ascii(blocked))", "directive, blocked)"),
    ),
    guard(
        "a42",
        f"{_A42}a_reference_takes_no_address_inside",
        (
            "kb/addresses.py",
            '    return host.rsplit(".", 1)[-1] not in _INSIDE and not _is_number(host)\n',
            "    return True\n",
        ),
    ),
    guard(
        "a42",
        f"{_A42}a_link_of_a_page_takes_no_address_inside",
        ("kb/viewsets/links.py", "            check_public(str(value))\n", "            pass\n"),
    ),
    guard(
        "a42",
        f"{_A42}no_page_calls_elsewhere",
        ("config/settings/base.py", "WAGTAIL_GRAVATAR_PROVIDER_URL = None\n", ""),
    ),
)
