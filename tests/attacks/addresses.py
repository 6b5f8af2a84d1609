"""Which addresses are there, found from the configuration, and what can stand in each of their places?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern
from wagtail.models import Collection, Page, Task, TaskState, Workflow, WorkflowState

from kb.models import Entry, Report, SharingQuestion
from people.models import AccessRequest, Circle, Invitation, Membership, Organisation
from tests.attacks.people import Work
from tests.attacks.world import World

ENTRIES = "wagtailsnippets_kb_entry"  # Wagtail's name for the addresses of entries in the editing interface
NEVER = "tjzq9k2p"  # as good an identifier as any, of nothing
_GROUP = re.compile(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|\((?!\?)(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")

Values = list[Any]


@dataclass(frozen=True)
class Route:
    """One pattern of the configuration, its prefixes joined."""

    template: str  # with {name} for each part to be filled in
    names: tuple[str, ...]
    spaces: tuple[str, ...]
    name: str

    @property
    def label(self) -> str:
        """Return the name by which it is reversed, or the route itself."""
        return ":".join((*self.spaces, self.name)) if self.name else self.template

    def filled(self, values: dict[str, Any]) -> str:
        """Return the address with these values."""
        return self.template.format(**values)


def _template(pattern: Any) -> tuple[str, tuple[str, ...]]:
    """Return the text of one pattern with {name} for its parts, and their names in order."""
    if isinstance(pattern, LocalePrefixPattern):
        return "", ()
    if isinstance(pattern, RegexPattern):
        text = str(pattern).removeprefix("^").removesuffix("$")
        text = re.sub(r"\(\?[!=][^)]*\)", "", text)
        named = tuple(re.findall(r"\(\?P<(\w+)>", text))
        names = named or (("path",) if "(" in text else ())

        def part(group: re.Match[str]) -> str:
            if found := re.match(r"\(\?P<(\w+)>", group[0]):
                return f"{{{found[1]}}}"
            # Beside parts with names, those without are no arguments: the first thing that fits will do.
            return re.split(r"[|)]", group[0][1:])[0] if named else "{path}"

        text = _GROUP.sub(part, text)
        return text.replace("\\.", ".").replace("[^/]+", "x").replace(".*", "x"), names
    text = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern))
    return text, tuple(re.findall(r"{(\w+)}", text))


def routes(patterns: list[Any] | None = None, before: Route | None = None) -> Iterator[Route]:
    """Yield every pattern that leads to a view, in the order of the configuration."""
    before = before or Route("/", (), (), "")
    for each in get_resolver().url_patterns if patterns is None else patterns:
        text, names = _template(each.pattern)
        joined = Route(before.template + text, (*before.names, *names), before.spaces, "")
        if isinstance(each, URLResolver):
            spaces = (*before.spaces, each.namespace) if each.namespace else before.spaces
            yield from routes(each.url_patterns, Route(joined.template, joined.names, spaces, ""))
        elif isinstance(each, URLPattern):
            yield Route(joined.template, joined.names, before.spaces, each.name or "")


def translated(route: Route) -> bool:
    """Does the address stand in each language of the site?"""
    return not route.template.startswith(("/admin/", "/_util/", "/robots", "/sitemap", "/csp-report"))


def _first_of(*models: Any) -> set[int]:
    """Return the keys of the first three of each kind."""
    return {pk for model in models for pk in model._base_manager.order_by("pk").values_list("pk", flat=True)[:3]}


class CannotFill(AssertionError):
    """An address has a part of which nobody has said what may stand there."""


class Filler:
    """Knows what may stand in the parts of an address: keys of what was planted, and plausible wrong ones."""

    def __init__(self, world: World) -> None:
        """Look at what was planted."""
        self.world = world

    def addresses(self, route: Route, works: list[Work]) -> list[str]:
        """Return the addresses of a route, for these entries where it is about entries."""
        if not route.names:
            return [route.template]
        if route.spaces and route.spaces[-1] == ENTRIES:
            found = [route.filled(values) for work in works for values in self._of_entry(route, work)]
        elif route.names == ("public_id",):
            found = [route.filled({"public_id": key}) for key in (*(w.entry.public_id for w in works), NEVER)]
        else:
            columns = [self.values(route, name) for name in route.names]
            found = [
                route.filled(dict(zip(route.names, (column[row % len(column)] for column in columns), strict=True)))
                for row in range(max(map(len, columns)))
            ]
        return list(dict.fromkeys(found))

    def values(self, route: Route, name: str) -> Values:
        """Return what may stand in a part. Raises CannotFill."""
        for key in ((*route.spaces, name), (route.name, name), (name,)):
            if key in self._known:
                return self._known[key]()
        if name == "pk" and route.spaces:
            model = self._model_of(route.spaces[-1])
            if model is not None:
                return [*model._default_manager.order_by("pk").values_list("pk", flat=True)[:4], 10**6]
        raise CannotFill(
            f"What may stand for “{name}” in {route.template} ({route.label})? Say it in tests/attacks/addresses.py: "
            f"add {(*route.spaces, name)!r} or {(name,)!r} to Filler._known, with keys of planted objects."
        )

    def _model_of(self, space: str) -> Any:
        """Return the model whose records these addresses are about: a viewset is named after its model."""
        by_name = {str(m._meta.verbose_name_plural).replace(" ", "-").lower(): m for m in apps.get_models()}
        by_name |= {f"{m._meta.model_name}s": m for m in apps.get_models()}
        special = {"vocabularies": "conceptscheme", "roles": "roleassignment", "wagtailusers_users": "user"}
        wanted = special.get(space, "group" if space == "wagtailusers_groups" else "")
        named = {m._meta.model_name: m for m in apps.get_models()}
        return named.get(wanted) or by_name.get(space)

    def _of_entry(self, route: Route, work: Work) -> Iterator[dict[str, Any]]:
        mine = {"object_id": str(work.entry.pk), **self.world.of_entries}
        state = WorkflowState.objects.filter(**mine).first() or self._some_state
        task = TaskState.objects.filter(workflow_state=state).first()
        revision = self.world.revision_of(work).pk
        values = {
            "pk": work.entry.pk,
            "revision_id": revision,
            "revision_id_a": revision,
            # What is on the site may have no newer revision to be compared with.
            "revision_id_b": "live" if work.entry.live else "latest",
            "workflow_state_id": state.pk,
            "task_state_id": task.pk if task else 1,
            "task_id": task.task_id if task else 1,
            "action_name": "approve",
        }
        unknown = set(route.names) - set(values)
        if unknown:
            raise CannotFill(
                f"What may stand for {sorted(unknown)} in {route.template}? Say it in Filler._of_entry in "
                "tests/attacks/addresses.py."
            )
        yield values
        if "revision_id" in route.names:
            yield {**values, "revision_id": Entry.objects.get(pk=work.entry.pk).latest_revision_id or revision}

    @cached_property
    def _some_state(self) -> WorkflowState:
        found: WorkflowState = WorkflowState.objects.order_by("pk")[0]
        return found

    @cached_property
    def _known(self) -> dict[tuple[str, ...], Callable[[], Values]]:
        world, first = self.world, self.world.works[0].entry
        pages = [*Page.objects.filter(depth__gt=1).order_by("pk").values_list("pk", flat=True), 10**6]
        entry, code = next(iter(world.of_entries.values())), settings.LANGUAGES[1][0]
        files = [*(file.pk for file, _picture in world.uploads), 10**6]
        pictures = [*(picture.pk for _file, picture in world.uploads), 10**6]
        page_names = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk")
        known: dict[tuple[str, ...], Values] = {
            **{(name,): pages for name in page_names},
            ("wagtailadmin_pages", "pk"): pages,
            ("wagtailadmin_api", "pages", "pk"): pages,
            ("kb_media", "public_id"): [item.public_id for pair in world.uploads for item in (*pair, pair[1])],
            ("kb_media", "spec"): ["file", "medium", "full"],
            **{(name,): files for name in ("document_id", "doc_id")},
            **{(name,): pictures for name in ("image_id",)},
            **{(space, "pk"): files for space in ("documents", "wagtaildocs_chooser")},
            **{(space, "pk"): pictures for space in ("images", "wagtailimages_chooser")},
            ("wagtailadmin_api", "documents", "pk"): files,
            ("wagtailadmin_api", "images", "pk"): pictures,
            ("filter_spec",): ["max-165x165", "original"],
            ("uploaded_file_id",): [1],
            ("wagtailadmin_collections", "pk"): list(Collection.objects.values_list("pk", flat=True)),
            ("collection_id",): list(Collection.objects.values_list("pk", flat=True)),
            ("wagtailadmin_workflows", "pk"): list(Workflow.objects.values_list("pk", flat=True)),
            ("workflow_pk",): list(Workflow.objects.values_list("pk", flat=True)),
            ("task_id",): list(Task.objects.values_list("pk", flat=True)),
            ("task_state_id",): list(TaskState.objects.order_by("pk").values_list("pk", flat=True)[:3]),
            ("workflow_state_id",): list(WorkflowState.objects.order_by("pk").values_list("pk", flat=True)[:3]),
            ("revision_id",): [world.pages[-1].latest_revision_id, world.revision_of(world.works[0]).pk],
            ("revision_id_a",): ["earliest", world.revision_of(world.works[0]).pk],
            ("revision_id_b",): ["latest"],
            ("action_name",): ["approve", "publish", "copy_for_translation"],
            ("app_label",): ["kb", "wagtailcore", "kb", "kb", "wagtailcore"],
            ("model_name",): ["entry", "page", "entry", "entry", "page"],
            ("action",): ["delete", "publish", "reviewed", "publish", "move"],
            ("app_name",): ["kb"],
            ("content_type_app_name",): ["kb"],
            ("content_type_model_name",): ["guidancepage", "entry"],
            ("object_id",): [first.pk, *(work.entry.pk for work in world.works[1::8])],
            ("session_id",): [1],
            ("kind",): ["task", "mail"],
            ("key",): ["1", "zz"],
            ("uidb64",): ["MQ"],
            ("uidb36",): ["1"],
            ("token",): ["set-password"],
            ("number",): [0, 1, 2],
            ("redirect_id",): [1],
            ("scheme",): ["facility-types", "threats"],
            ("slug",): ["christmas-market", "vehicle-as-weapon"],
            ("rest",): [f"{entry.model}/{first.pk}/", f"{code}/"],
            ("path",): list(chain([f"{first.public_id}/", "media/x/"], (f"guidance/{p.slug}/" for p in world.pages))),
            # What people ask of each other: whatever number there is.
            ("people", "pk"): [*sorted(_first_of(AccessRequest, Organisation, Membership, Invitation)), 10**6],
            ("people", "circle_pk"): sorted(_first_of(Circle)),
            ("people", "verb"): ["confirm", "suspend", "end"],
            ("audit_export", "kind"): ["jsonl", "csv"],
            ("kb", "pk"): [*sorted(_first_of(Report, SharingQuestion)), 10**6],
            ("kb", "about"): ["entry"] * len(world.works) + ["file", "picture", "page", "site"],
            ("kb", "key"): [work.entry.public_id for work in world.works]
            + [*(item.public_id for item in world.uploads[-1]), str(pages[-2]), "x"],
            ("kb", "reason"): ["identifies", "marking", "wrong", "outdated"],
            ("kb", "outcome"): ["hidden", "waits", "received"],
            ("kb", "name"): ["freeze", "originator", "backups"],
            ("mfa_remove_webauthn", "pk"): [1],
            ("mfa_edit_webauthn", "pk"): [1],
        }
        return {key: (lambda values=values: values) for key, values in known.items()}
