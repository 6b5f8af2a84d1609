"""The guards against finding out that something exists: a01 to a13."""

from tests.attacks.guards.row import Guard, guard

_QUERYSETS = "kb/sharing/querysets.py"
_READING = "kb/reading/versions.py"
_SCHEMA = "search/engines/embedded/schema.py"
_URLS = "config/urls.py"

# The rule, as rows of the database are asked for it; and what search asks once more of every hit.
_VISIBLE = (
    _QUERYSETS,
    "return published(queryset).filter(_within_reach(queryset, viewer))",
    "return published(queryset)",
)
_DRAFTS = (_QUERYSETS, "queryset.filter(live=True, marking__frozen_at", "queryset.filter(marking__frozen_at")
_LISTED = (
    _READING,
    "Entry.objects.visible_to(viewer)\n        .filter(translation_key__in=works)",
    "Entry.objects.filter(translation_key__in=works)",
)
# The audience inside the index.
_WITHIN = (
    _SCHEMA,
    'admitted = Query.term_set_query(SCHEMA, "audience", list(audience))',
    "admitted = Query.all_query()",
)
_STRICT = (
    _QUERYSETS,
    "reach |= Q(marking__label=Tlp.AMBER_STRICT, marking__owning_organisation__id__in=viewer.organisations)",
    "reach |= Q(marking__label=Tlp.AMBER_STRICT)",
)

_A01 = "test_a01_unknown_and_hidden.py::test_a01_"
_A04 = "test_a04_search_for_what_is_hidden.py::test_a0"
_A10 = "test_a10_links_to_what_is_hidden.py::test_a10_"

ROWS: tuple[Guard, ...] = (
    guard("a01", f"{_A01}the_page_of_a_hidden_entry_answers_as_an_unknown_one", _VISIBLE),
    guard("a01", f"{_A01}the_page_of_a_hidden_entry_answers_as_an_unknown_one", _DRAFTS),
    guard(
        "a01",
        f"{_A01}the_page_of_a_hidden_entry_answers_as_an_unknown_one",
        (
            "kb/marking/recalling.py",
            "if entry is None or not policy.admits(viewer, entry.marking):",
            "if entry is None:",
        ),
        ("kb/marking/recalling.py", "shown = policy.clears(viewer, entry.marking)", "shown = True"),
    ),
    guard(
        "a01",
        f"{_A01}as_many_questions_are_put_to_the_database",
        (
            "kb/marking/recalling.py",
            "filter(public_id=public_id, standing=Standing.RECALLED)",
            "filter(public_id=public_id)",
        ),
    ),
    guard(
        "a02",
        "test_a02_former_addresses.py::test_a02_a_page_that_was_renamed_and_taken_away_leaves_no_trail",
        ("config/settings/base.py", "WAGTAILREDIRECTS_AUTO_CREATE = False", "WAGTAILREDIRECTS_AUTO_CREATE = True"),
        (
            "config/settings/base.py",
            '    "people.middleware.PrivateResponseMiddleware",\n',
            '    "people.middleware.PrivateResponseMiddleware",\n'
            '    "wagtail.contrib.redirects.middleware.RedirectMiddleware",\n',
        ),
    ),
    guard(
        "a02",
        "test_a02_former_addresses.py::test_a02_the_address_of_an_entry_holds_no_title",
        ("kb/models/entries.py", "{before}{self.public_id}{after}", "{before}{self.public_id}-{self.title}{after}"),
    ),
    guard("a03", "test_a03_other_forms_of_the_address.py::test_a03_no_other_form_of_the_address_leads_to_it", _STRICT),
    guard("a03", "test_a03_other_forms_of_the_address.py::test_a03_no_other_form_of_the_address_leads_to_it", _DRAFTS),
    guard("a03", "test_a03_other_forms_of_the_address.py::test_a03_no_other_method_tells_more", _STRICT),
    guard("a04", f"{_A04}4_a_word_that_only_a_hidden_entry_holds_finds_nothing", _WITHIN),
    guard("a04", f"{_A04}4_a_word_that_only_a_hidden_entry_holds_finds_nothing", _WITHIN, _LISTED),
    guard("a04", f"{_A04}4_no_correction_leads_to_a_hidden_word", _WITHIN),
    guard(
        "a05",
        "test_a05_facet_counts.py"
        "::test_a05_each_count_is_that_of_the_visible_hits_and_values_of_hidden_ones_are_absent",
        _WITHIN,
    ),
    guard(
        "a05",
        "test_a05_facet_counts.py::test_a05_a_filter_for_a_value_of_hidden_entries_answers_as_one_that_nothing_has",
        _WITHIN,
        _LISTED,
    ),
    guard("a06", f"{_A04}6_no_beginning_of_a_hidden_title_is_completed", _WITHIN, _LISTED),
    guard("a07", "test_a07_hostile_queries.py::test_a07_no_query_goes_past_the_rule_or_fails", _WITHIN, _LISTED),
    guard(
        "a07",
        "test_a07_hostile_queries.py::test_a07_no_query_goes_past_the_rule_or_fails",
        (
            "search/engines/fallback.py",
            "visible: Any = Entry.objects.visible_to(viewer)",
            "visible: Any = Entry.objects.published()",
        ),
        _LISTED,
    ),
    guard(
        "a07",
        "test_a07_hostile_queries.py::test_a07_no_query_goes_past_the_rule_or_fails",
        ("config/headers.py", "MAX_QUERY_STRING = 7_000", "MAX_QUERY_STRING = 7_000_000"),
    ),
    guard("a08", "test_a08_filters_of_ones_own.py::test_a08_no_parameter_changes_what_is_found", _DRAFTS),
    guard(
        "a08",
        "test_a08_filters_of_ones_own.py::test_a08_a_filter_by_marking_gives_no_more_than_the_marking_admits",
        _WITHIN,
        _LISTED,
    ),
    guard(
        "a09",
        "test_a09_totals_by_brute_force.py::test_a09_totals_are_what_counting_by_hand_gives",
        (
            "kb/sharing/audience.py",
            "return [_numbered(_ORGANISATION, marking.owning_organisation_id)]",
            "return [MEMBERS]",
        ),
        _STRICT,
    ),
    guard("a10", f"{_A10}a_relation_shows_to_those_who_may_know_of_both_ends", _LISTED),
    guard(
        "a10",
        f"{_A10}a_link_in_a_text_to_an_unpublished_page_holds_no_address",
        ("kb/viewsets/links.py", "return Page.objects.live().public().filter(", "return Page.objects.filter("),
    ),
    guard(
        "a10",
        "test_a18_pages_that_move.py::test_a10_a_link_to_a_closed_page_gives_no_address",
        ("kb/viewsets/links.py", "return Page.objects.live().public().filter(", "return Page.objects.live().filter("),
    ),
    guard(
        "a11",
        "test_a11_what_machines_ask_for.py"
        "::test_a11_the_sitemap_is_the_same_for_everybody_and_lists_clear_entries_only",
        (
            "search/sitemap.py",
            "Entry.objects.visible_to(ANONYMOUS).filter(standing=",
            "Entry.objects.published().filter(standing=",
        ),
    ),
    guard("a11", "test_a11_what_machines_ask_for.py::test_a11_nothing_hidden_stands_in_what_machines_read", _VISIBLE),
    guard(
        "a12",
        "test_a12_interfaces_for_programs.py::test_a12_no_list_detail_or_search_of_an_interface_names_an_entry",
        (_URLS, '    path("admin/api/main/images/", _closed),\n', ""),
        (_URLS, '    path("admin/api/main/images/<path:rest>", _closed),\n', ""),
    ),
    guard(
        "a13",
        "test_a12_interfaces_for_programs.py::test_a13_what_programs_are_told_of_the_site_is_nothing_or_one_word",
        ("config/status/views.py", "if not may_see(request.user):", "if False:"),
    ),
)
