"""Templates: each thing has one, each one compiles, none needs what the site's policy forbids."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from wagtail.models import get_page_models

from kb.blocks import OutlineBlock, PageBodyBlock
from kb.outlines import OUTLINES
from tests.architecture.places import ROOT, name_of, text_files

FOLDER = ROOT / "templates"
TEMPLATES = [path for path in text_files(".html", ".txt") if path.is_relative_to(FOLDER)]
PUBLIC = [path for path in TEMPLATES if path.suffix == ".html" and "wagtailadmin" not in path.parts]
CLASSES = re.compile(r'class="([^"]*)"')
STYLES = "\n".join(path.read_text(encoding="utf-8") for path in text_files(".css"))


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_every_template_compiles(template: Path) -> None:
    get_template(str(template.relative_to(FOLDER)))


def test_every_page_type_has_its_template() -> None:
    own = [model for model in get_page_models() if model._meta.app_label != "wagtailcore"]
    assert len(own) >= 3
    for model in own:
        assert (FOLDER / model.template).exists(), f"{model.__name__} has no {model.template}"


def test_every_section_of_an_entry_is_drawn_by_its_kind_of_value() -> None:
    drawn = (FOLDER / "kb" / "parts" / "part.html").read_text(encoding="utf-8")
    for name, block in OutlineBlock().child_blocks.items():
        running_text = type(block).__name__ == "ProseBlock"
        assert running_text != (f'name == "{name}"' in drawn), f"{name} is not drawn as what it is"


def test_the_outlines_and_the_blocks_know_the_same_sections() -> None:
    outlined = {section.name for outline in OUTLINES.values() for section in outline}
    assert outlined == set(OutlineBlock().child_blocks)


def test_every_block_of_a_page_is_drawn() -> None:
    drawn = (FOLDER / "kb" / "guidance.html").read_text(encoding="utf-8")
    for name, block in PageBodyBlock().child_blocks.items():
        for part in block.child_blocks:
            assert f"block.value.{part}" in drawn, f"{name}.{part} is not drawn"


@pytest.mark.parametrize("template", PUBLIC, ids=name_of)
def test_no_page_needs_inline_style_or_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r'\sstyle\s*=\s*"', text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r'\son[a-z]+\s*=\s*"', text)
    assert "javascript:" not in text
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes


# Shown when nothing else can be trusted to work, translation included.
WITHOUT_ANYTHING = {FOLDER / "500.html"}


@pytest.mark.parametrize("template", [path for path in PUBLIC if path not in WITHOUT_ANYTHING], ids=name_of)
def test_every_word_of_a_page_can_be_translated(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", "\n", text)
    words = [line.strip() for line in text.splitlines() if re.search(r"[A-Za-z]{3}", line)]
    assert [word for word in words if word not in {"PSA Commons", "– PSA Commons", "&nbsp;"}] == []


@pytest.mark.parametrize("template", PUBLIC, ids=name_of)
def test_nothing_on_a_page_comes_from_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r'<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)="(?:https?:)?//', text)


def test_every_class_of_a_component_is_named_for_what_it_is() -> None:
    named = {
        name
        for found in CLASSES.findall("\n".join(p.read_text(encoding="utf-8") for p in PUBLIC))
        for name in re.findall(r"(?<![{%\w-])[a-z][a-z-]+(?![\w}%])", re.sub(r"{[%{].*?[%}]}", " ", found))
    }
    unknown = {name for name in named if not re.search(rf"\.{re.escape(name)}\b", STYLES)}
    assert unknown <= {"note"}, f"no stylesheet knows {sorted(unknown)}"
