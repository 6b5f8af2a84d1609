"""No reader's query of entries goes past the sharing rule, and the rule has its twins."""

import ast
from pathlib import Path

import pytest

from kb.sharing import policy, querysets
from tests.architecture.places import ROOT, modules, name_of

TWINS = {"can_view": "visible_to", "can_edit": "editable_by"}
# What speaks to readers or editors; verbs, loaders and the index work on all rows, and are called with what was read.
READERS = {
    "kb": [
        "views",
        "templatetags",
        "reading",
        "assessment",
        "viewsets",
        "forms",
        "panels",
        "wagtail_hooks",
        "admin_guard",
        "admin_policies",
    ],
    "search": ["views", "templatetags", "access", "results", "topics", "coverage", "suggestions", "sitemap"],
}
RULED = {"visible_to", "editable_by", "none"}
# (room, function): the rows come from others that have been through the rule.
WITHIN_WHAT_WAS_READ = {("viewsets", "setup"), ("forms", "readable_originals")}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def is_reader(path: Path) -> bool:
    name = name_of(path)
    return name == "search/engines/fallback.py" or (
        "/" in name and room_of(path) in READERS.get(path.relative_to(ROOT).parts[0], [])
    )


class Queries(ast.NodeVisitor):
    """Collects what follows `Entry.objects` and `Entry._default_manager`, and in which function it stands."""

    def __init__(self) -> None:
        self.functions: list[str] = []
        self.found: list[tuple[str, str, int]] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Attribute(self, node: ast.Attribute) -> None:
        manager = node.value
        if (
            isinstance(manager, ast.Attribute)
            and manager.attr in {"objects", "_default_manager", "_base_manager"}
            and isinstance(manager.value, ast.Name)
            and manager.value.id == "Entry"
        ):
            self.found.append((node.attr, self.functions[-1] if self.functions else "", node.lineno))
        self.generic_visit(node)


def queries_of(source: str) -> list[tuple[str, str, int]]:
    queries = Queries()
    queries.visit(ast.parse(source))
    return queries.found


@pytest.mark.parametrize("module", [path for path in modules() if is_reader(path)], ids=name_of)
def test_readers_query_entries_through_the_sharing_rule_only(module: Path) -> None:
    past = [
        f"{name_of(module)}:{line}: Entry.objects.{verb} in {function}"
        for verb, function, line in queries_of(module.read_text(encoding="utf-8"))
        if verb not in RULED and (room_of(module), function) not in WITHIN_WHAT_WAS_READ
    ]
    assert past == []


def test_a_query_past_the_rule_would_be_found() -> None:
    assert queries_of("def view():\n    return Entry.objects.filter(live=True)\n") == [("filter", "view", 2)]


def test_every_predicate_of_the_rule_has_its_twin_and_both_are_tested() -> None:
    tested = (ROOT / "tests" / "kb" / "sharing" / "test_twins.py").read_text(encoding="utf-8")
    for predicate, twin in TWINS.items():
        assert callable(getattr(policy, predicate))
        assert callable(getattr(querysets, twin))
        assert predicate in tested
        assert twin in tested


def test_views_do_not_decide_by_label_or_role() -> None:
    """A view that looks at labels or roles itself would be a rule of its own."""
    found = []
    for path in modules():
        if "views" in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.value, ast.Name)
                    and node.value.id in {"Tlp", "Role"}
                ):
                    found.append(f"{name_of(path)}:{node.lineno}")
                if isinstance(node, ast.Attribute) and node.attr == "is_superuser":
                    found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


def test_no_app_has_a_room_that_can_hold_anything() -> None:
    rooms = {"core", "common", "utils", "util", "helpers", "lib", "services", "managers", "handlers"}
    found = [
        name_of(path)
        for path in modules()
        if rooms & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert found == []
