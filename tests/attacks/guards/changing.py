"""The guards against changing or widening, and those of the editing interface: a14 to a25."""

from tests.attacks.guards.row import Guard, guard

_QUERYSETS = "kb/sharing/querysets.py"
_ENTRIES = "kb/forms/entries.py"
_GUARD = "kb/admin_guard.py"
_URLS = "config/urls.py"

_A14 = "test_a14_fields_of_ones_own.py::test_a14_"
_A15 = "test_a15_below_the_source.py::test_a15_"
_A17 = "test_a17_two_people.py::test_a17_"
_A18 = "test_a18_pages_that_move.py::test_a18_"
_A19 = "test_a19_wholes_and_parts.py::test_a19_"
_A20 = "test_a20_label_raised.py::test_a20_"
_A22 = "test_a22_editing_interface.py::test_a2"

ROWS: tuple[Guard, ...] = (
    guard(
        "a14",
        f"{_A14}the_form_of_an_entry_takes_what_it_offers_and_nothing_else[curator]",
        (_ENTRIES, '            self.fields.pop("translation_status", None)\n', ""),
    ),
    guard(
        "a14",
        f"{_A14}a_language_version_takes_no_header_of_its_own",
        (_ENTRIES, "for name in (*HEADER_FIELDS, *(axis_field(", "for name in (*(), *(axis_field("),
    ),
    guard(
        "a14",
        f"{_A14}a_new_entry_names_no_circle_and_no_organisation_of_others",
        (
            "kb/forms/markings.py",
            "Circle.objects.filter(pk__in=scope_of(user).circles)",
            "Circle.objects.all()",
        ),
    ),
    guard(
        "a14",
        f"{_A14}a_new_entry_names_no_circle_and_no_organisation_of_others",
        (
            "kb/forms/markings.py",
            "Organisation.objects.filter(pk__in=scope_of(user).organisations)",
            "Organisation.objects.all()",
        ),
    ),
    guard(
        "a14",
        f"{_A14}whoever_asks_for_access_names_no_organisation_that_is_not_listed",
        (
            "people/join_forms/asking.py",
            "Organisation.objects.filter(listed=True)",
            "Organisation.objects.all()",
        ),
    ),
    guard(
        "a14",
        f"{_A14}a_contact_point_invites_no_contact_point",
        ("people/join_forms/answering.py", "        if not administers:", "        if False:"),
        (
            "people/invitations.py",
            "    if contact_point and not viewer_of(by).may(Action.ADMINISTER):\n        raise NotYours\n",
            "",
        ),
    ),
    guard(
        "a15",
        f"{_A15}a_record_whose_source_says_more_than_clear_does_not_come_in",
        ("kb/importing/markings.py", "        if label and column not in markings:", "        if False:"),
    ),
    guard(
        "a15",
        f"{_A15}a_record_whose_source_says_more_than_clear_does_not_come_in",
        ("kb/importing/markings.py", "        if not says_clear(cells.get(name), translations)", "        if False"),
    ),
    guard(
        "a15",
        f"{_A15}what_is_made_of_an_entry_is_not_sent_with_a_label_of_its_own",
        (
            "kb/curation.py",
            "copy.marking = marking.copied(entry.marking)",
            'copy.marking = marking.create(label="TLP:CLEAR")',
        ),
    ),
    guard(
        "a15",
        f"{_A15}a_file_that_is_here_is_not_given_a_lower_label",
        (
            "kb/marking/changing.py",
            "        check_narrower(marking, wanted)\n",
            "        pass\n",
        ),
    ),
    guard(
        "a15",
        f"{_A15}a_file_that_calls_itself_classified_does_not_come_in",
        ("kb/forms/uploads.py", '        refuse_marking_words(PurePath(sent.name or "").stem)\n', ""),
    ),
    guard(
        "a16",
        "test_a16_approving_ones_own.py::test_a16_whoever_posts_to_the_reviewers_address_is_refused_and_recorded[curator]",
        (
            "kb/sharing/policy.py",
            "return can_edit(viewer, entry) and viewer.may(Action.PUBLISH)",
            "return can_edit(viewer, entry)",
        ),
        ("kb/admin_policies.py", '"publish": Action.PUBLISH,', '"publish": Action.EDIT_ENTRIES,'),
    ),
    guard(
        "a16",
        "test_a16_approving_ones_own.py::test_a16_a_reviewer_approves_no_own_work",
        ("kb/models/reviews.py", " or (not obj.live and obj.is_made_by(user)):", ":"),
        ("kb/publishing/persons.py", "    if not entry.live and entry.is_made_by(user):", "    if False:"),
    ),
    guard(
        "a16",
        "test_a16_approving_ones_own.py::test_a16_a_reviewer_approves_no_own_work",
        ("people/audit_middleware.py", "            elif _is_led_back(request, response):", "            elif False:"),
    ),
    guard(
        "a17",
        f"{_A17}nobody_lowers_a_label_alone",
        ("kb/marking/changing.py", "    if gained is not None:\n        raise REFUSALS[gained]\n", ""),
    ),
    guard(
        "a17",
        f"{_A17}only_a_second_person_with_a_say_agrees",
        (
            "kb/sharing/handling.py",
            "for_the_source and viewer.may(Action.LOWER_LABEL_SECOND) and",
            "for_the_source and",
        ),
    ),
    guard(
        "a17",
        f"{_A17}the_same_moderator_twice_is_refused",
        (
            "kb/sharing/handling.py",
            "    other = viewer.user_id is not None and viewer.user_id != asker.user_id\n",
            "    other = True\n",
        ),
        (
            "kb/migrations/0005_two_people_recalls_and_questions.py",
            "models.Q(('requested_by', models.F('answered_by')), _negated=True), _connector='OR')",
            "models.Q(('state', 'agreed')), _connector='OR')",
        ),
    ),
    guard(
        "a18",
        "test_a18_copies_and_translations.py::test_a18_what_is_made_of_a_hidden_entry_is_as_hidden",
        (
            "kb/curation.py",
            "copy.marking = marking.copied(entry.marking)",
            'copy.marking = marking.create(label="TLP:CLEAR")',
        ),
    ),
    guard(
        "a18",
        "test_a18_copies_and_translations.py::test_a18_whoever_may_not_know_of_it_makes_nothing_of_it",
        (
            _QUERYSETS,
            "        return queryset.none()\n    return queryset.filter(_within_reach(queryset, viewer)).exclude(",
            "        return queryset.none()\n    return queryset.exclude(",
        ),
        (
            _GUARD,
            '    if not rule.user_has_permission_for_instance(user, VERBS.get(name, "change"), record):',
            "    if False:",
        ),
    ),
    guard(
        "a18",
        f"{_A18}a_closed_page_is_as_unknown_as_none",
        (
            "kb/models/pages.py",
            "        if not path_components and self.get_view_restrictions().exists():\n            raise Http404\n",
            "",
        ),
        (
            "config/urls_closed.py",
            '        re_path(serve_pattern, serve, name="wagtail_serve"),\n',
            '        path("_util/login/", serve, name="wagtailcore_login"),\n'
            '        re_path(serve_pattern, serve, name="wagtail_serve"),\n',
        ),
    ),
    guard(
        "a18",
        f"{_A18}only_administrators_can_move_a_page_at_all",
        (
            "kb/viewsets/pages.py",
            "        if not page.permissions_for_user(request.user).can_move():",
            "        if False:",
        ),
    ),
    guard(
        "a19",
        f"{_A19}a_whole_is_published_only_with_what_all_its_readers_may_see",
        (
            "kb/publishing/completeness.py",
            "        problems += problems_with(raw, readers_of(entry.marking))\n",
            "        pass\n",
        ),
    ),
    guard(
        "a19",
        f"{_A19}a_part_that_is_narrowed_later_is_seen_by_those_of_both_only",
        (
            "kb/media.py",
            "found = MODELS[kind].objects.visible_to(viewer).filter(public_id__in=",
            "found = MODELS[kind].objects.filter(public_id__in=",
        ),
    ),
    guard(
        "a19",
        f"{_A19}pages_hold_only_what_everybody_may_see",
        (
            "kb/models/pages.py",
            "            if not MODELS[kind].objects.visible_to(ANONYMOUS).filter(public_id=key).exists():",
            "            if not MODELS[kind].objects.filter(public_id=key).exists():",
        ),
    ),
    guard(
        "a19",
        "test_a18_a19_parts_and_wholes.py::test_a19_a_whole_takes_the_highest_label_of_its_parts",
        (
            "kb/reading/entry.py",
            "[self.entry.marking.label, *related, *(shown.item.marking.label for shown in self.media)]",
            "[self.entry.marking.label]",
        ),
    ),
    guard(
        "a20",
        f"{_A20}no_way_out_shows_what_was_just_closed",
        (
            "search/access.py",
            "    hidden = frozenset(str(key) for key in _NARROWED())\n",
            "    hidden: frozenset[str] = frozenset()\n",
        ),
    ),
    guard(
        "a20",
        f"{_A20}no_way_out_shows_what_was_just_closed",
        ("kb/public_state.py", "        StateVersion.bump(CONTENT)\n", "        pass\n"),
    ),
    guard(
        "a20",
        f"{_A20}what_a_browser_kept_is_not_confirmed_any_more",
        ("kb/public_state.py", "        StateVersion.bump(CONTENT)\n", "        pass\n"),
    ),
    guard(
        "a20",
        f"{_A20}every_size_of_a_picture_is_closed_with_it",
        (
            "kb/uploads.py",
            "    before, narrowed = marking.narrow(item.marking_id, label=label, **facts)\n",
            "    narrowed = item.marking\n    before = str(narrowed.label)\n",
        ),
    ),
    guard(
        "a20",
        "test_a20_frozen_at_once.py::test_a20_a_frozen_entry_is_denied_at_once_on_every_way_to_everybody",
        (_QUERYSETS, "filter(live=True, marking__frozen_at__isnull=True)", "filter(live=True)"),
        (_QUERYSETS, "return reach & Q(marking__frozen_at__isnull=True)", "return reach"),
    ),
    guard(
        "a20",
        "test_a20_raised_at_once.py::test_a20_a_task_that_was_queued_before_tells_nobody_who_is_shut_out",
        (
            "kb/notifications.py",
            "told = [person for person in _reviewers() if review.get_actions(entry, person)]",
            "told = list(_reviewers())",
        ),
    ),
    guard(
        "a21",
        "test_a21_fifty_at_once.py::test_a21_fifty_agreements_have_one_effect",
        (
            "kb/marking/lowering.py",
            "    if not now.is_open:\n        raise AlreadyDecided\n    return entry, now",
            "    return entry, now",
        ),
        ("kb/marking/lowering.py", "    if snapshot(entry.marking) != now.before or not", "    if not"),
    ),
    guard(
        "a21",
        "test_a21_joining_fifty_at_once.py::test_a21_one_person_asks_once",
        (
            "people/migrations/0003_joining.py",
            "condition=models.Q(('state', 'open')), fields=('user',), name='request_open_once'",
            "fields=('user', 'created_at', 'id'), name='request_open_once'",
        ),
    ),
    guard(
        "a22",
        f"{_A22}2_choosers_offer_no_entry_and_no_unpublished_page",
        ("kb/wagtail_hooks.py", "    return pages.live().public()\n", "    return pages\n"),
    ),
    guard(
        "a22",
        f"{_A22}2_choosers_offer_no_entry_and_no_unpublished_page",
        (
            "kb/viewsets/links.py",
            "        if parent_page_id is not None and not _published([_number(parent_page_id)]).exists():",
            "        if False:",
        ),
    ),
    guard(
        "a22",
        f"{_A22}2_choosers_offer_no_entry_and_no_unpublished_page",
        (
            "kb/viewsets/links.py",
            "        if None in keys or _published(keys).count() != len(keys):",
            "        if False:",
        ),
    ),
    guard(
        "a22",
        f"{_A22}2_whoever_has_no_work_there_finds_no_editing_interface",
        (
            "people/middleware.py",
            "        elif not viewer_for(request).may(Action.ENTER_ADMIN) and not request.user.is_superuser:",
            "        elif False:",
        ),
    ),
    guard(
        "a23",
        f"{_A22}3_bulk_actions_name_nothing_that_is_hidden",
        (
            _GUARD,
            'allowed = rule.instances_user_has_any_permission_for(self.request.user, {"change"})',
            "allowed = self.model._default_manager.all()",
        ),
        (
            _GUARD,
            "            if rule.user_has_permission_for_instance(self.request.user, self.verb, record)\n",
            "",
        ),
    ),
    guard(
        "a23",
        f"{_A22}3_bulk_actions_on_pages_name_none_that_the_person_may_not_edit",
        (
            "templates/wagtailadmin/pages/bulk_actions/list_items_with_no_access.html",
            "{% load i18n %}{% if items %}",
            "{% load i18n %}{% if items %}{% for page in items %}{{ page.title }}{{ page.item.title }}{% endfor %}",
        ),
    ),
    guard(
        "a24",
        f"{_A22}4_no_view_of_an_entry_shows_or_names_a_hidden_one",
        (
            _GUARD,
            'record = _record(rule.instances_user_has_any_permission_for(user, {"change", "view"}), kwargs["pk"])',
            'record = _record(model._default_manager.all(), kwargs["pk"])',
        ),
    ),
    guard(
        "a24",
        f"{_A22}4_no_other_entry_is_reached_through_the_address_of_an_own_one",
        (_GUARD, "    if not _belongs_together(record, kwargs):\n        raise Http404\n", ""),
    ),
    guard(
        "a24",
        f"{_A22}4_what_waits_for_its_review_is_not_published_by_taking_the_review_out_of_use",
        (_URLS, '    path("admin/workflows/tasks/disable/<path:rest>", _closed),\n', ""),
    ),
    guard(
        "a25",
        f"{_A22}5_lists_completions_and_searches_name_no_entry_and_nobody_elsewhere",
        (_URLS, '    path("admin/tag-autocomplete/<path:rest>", _closed),\n', ""),
    ),
    guard(
        "a25",
        f"{_A22}5_lists_completions_and_searches_name_no_entry_and_nobody_elsewhere",
        (
            "kb/viewsets/entries.py",
            "rows = Entry.objects.editable_by(scope_of(request.user)).select_related(",
            "rows = Entry.objects.select_related(",
        ),
    ),
    guard(
        "a25",
        f"{_A22}5_lists_completions_and_searches_name_no_entry_and_nobody_elsewhere",
        (
            "kb/forms/markings.py",
            "Circle.objects.filter(pk__in=scope_of(user).circles)",
            "Circle.objects.all()",
        ),
    ),
)
