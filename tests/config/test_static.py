"""Many small stylesheets reach the reader as one, in the order that their layers ask for."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from config.static import CircularImport, join, squeeze


class Folder:
    """A storage of stylesheets that are written in the test."""

    def __init__(self, **sheets: str) -> None:
        self.sheets = {name.replace("__", "/") + ".css": text for name, text in sheets.items()}

    def open(self, name: str) -> BytesIO:
        try:
            return BytesIO(self.sheets[name].encode())
        except KeyError:
            raise FileNotFoundError(name) from None


class Finders:
    """The project's own stylesheets, where they are written."""

    def open(self, name: str) -> BytesIO:
        return BytesIO(Path(finders.find(name)).read_bytes())


def test_an_import_is_taken_in_with_its_layer_and_its_medium() -> None:
    site = '@layer a, b;\n@import "a.css" layer(a);\n@import "b.css" layer(b) print;\np { margin: 0; }'
    folder = Folder(site=site, a="a{}", b="b{}")
    assert squeeze(join(folder, "site.css")) == "@layer a,b;@layer a{a{}}@media print{@layer b{b{}}}p{margin: 0}"


def test_imports_are_taken_in_through_folders() -> None:
    folder = Folder(
        css__site='@import "parts/index.css" layer(c);',
        css__parts__index='@import "one.css";\n@import "../two.css";',
        css__parts__one="one{}",
        css__two="two{}",
    )
    assert squeeze(join(folder, "css/site.css")) == "@layer c{one{}two{}}"


def test_what_is_commented_out_is_not_taken_in() -> None:
    folder = Folder(site='/* @import "a.css"; */ p::before { content: "/* kept */  @import"; }')
    assert squeeze(join(folder, "site.css")) == 'p::before{content: "/* kept */  @import"}'


def test_spaces_that_mean_something_stay() -> None:
    assert squeeze("nav  a:hover > b { margin: calc(1px + 2px)  0 ; }") == "nav a:hover > b{margin: calc(1px + 2px) 0}"


def test_a_circle_of_imports_is_named() -> None:
    with pytest.raises(CircularImport, match=r"a\.css → b\.css → a\.css"):
        join(Folder(a='@import "b.css";', b='@import "a.css";'), "a.css")


def test_an_import_of_nothing_stops_the_collecting() -> None:
    with pytest.raises(FileNotFoundError):
        join(Folder(site='@import "absent.css";'), "site.css")


def test_the_sites_own_stylesheet_is_joined_completely_and_in_the_order_of_its_layers() -> None:
    joined = squeeze(join(Finders(), "css/site.css"))
    assert "@import" not in joined
    declared = re.match(r"@layer ([^;{]+);", joined)[1].split(",")
    opened = list(dict.fromkeys(re.findall(r"@layer (\w+)\{", joined)))
    assert opened == declared
    assert joined.count("{") == joined.count("}")
    for component in (".masthead", ".tlp-label", ".result-card"):
        assert component in joined


def test_collecting_gives_one_stylesheet_named_after_its_content(settings, tmp_path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.static.JoinedManifestStorage"}}
    call_command("collectstatic", "--no-input", "--verbosity=0")
    (named,) = (path for path in tmp_path.glob("css/site.*.css"))
    assert "@import" not in named.read_text(encoding="utf-8")
    assert named.with_name(named.name + ".gz").exists()


def test_collecting_again_takes_a_changed_part_into_the_stylesheet(settings, tmp_path) -> None:
    source = tmp_path / "source"
    (source / "css").mkdir(parents=True)
    (source / "css" / "site.css").write_text('@import "part.css";')
    (source / "css" / "part.css").write_text("p{color:red}")
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.static.JoinedManifestStorage"}}
    finders.get_finder.cache_clear()
    call_command("collectstatic", "--no-input", "--verbosity=0")
    (source / "css" / "part.css").write_text("p{color:blue}")
    call_command("collectstatic", "--no-input", "--verbosity=0")
    finders.get_finder.cache_clear()
    assert "blue" in (settings.STATIC_ROOT / "css" / "site.css").read_text()
