"""One contract for all engines: what readers may rely on, whatever answers them.

Subclass it with an `engine` fixture.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from search.documents import Version
from search.engines.base import MOST_HIDDEN, Engine, EngineUnavailable, Results
from search.query import parse
from tests.search.worlds import CIRCLE, EVERYBODY, MEMBERS, document, small_vocabulary

HOSTILE = (
    "",
    " ",
    '"',
    '"""',
    'a "b',
    "-",
    "--",
    "-x",
    "*",
    "a* ?b",
    "/(a+)+$/",
    "[a TO z]",
    "title:",
    "title:*",
    ":::",
    "kind:[* TO *]",
    "facet:place",
    "audience:1",
    "key:x OR audience:2",
    "AND OR NOT",
    "(((((",
    "\0\0",
    "a\0b",
    "\ud7ff\U0010ffff",
    "ﬁ İstanbul ẞ ς",
    "~2 ^9",
    "\\",
    "x" * 10_000,
    "a " * 5_000,
    '"a b" ' * 2_000,
    "-a " * 3_000,
    "зима 冬 ฤดูหนาว",
)


class EngineContract:
    """What every engine must do."""

    vocabulary = small_vocabulary()

    def ask(
        self, engine: Engine, audience: tuple[int, ...] = (EVERYBODY,), language: str = "en", **params: Any
    ) -> Results:
        lists = {name: value if isinstance(value, list) else [str(value)] for name, value in params.items()}
        return engine.search(parse(MultiValueDict(lists), self.vocabulary, language), audience, self.vocabulary)

    def keys(
        self, engine: Engine, audience: tuple[int, ...] = (EVERYBODY,), language: str = "en", **params: Any
    ) -> list[str]:
        return [hit.key for hit in self.ask(engine, audience, language, **params).hits]

    def fill(self, engine: Engine, *documents: Any) -> None:
        engine.rebuild(documents, lambda keys: [])

    # Words

    def test_any_word_matches_and_all_words_come_first(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("one", "Keep the route", "A barrier stands there."),
            document("both", "Keep the way", "A barrier stops a vehicle."),
            document("none", "Count the guests"),
        )
        assert self.keys(engine, q="vehicle barrier") == ["both", "one"]

    def test_a_word_in_the_title_counts_more_than_in_the_text(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("text", "Walk the site", "Look at the planters and the lamps along the street."),
            document("title", "Look at planters", "Walk along the street and see the site."),
        )
        assert self.keys(engine, q="planters") == ["title", "text"]

    def test_other_forms_of_a_word_are_found_and_the_typed_form_comes_first(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("other", "One", "It needs a barrier here."),
            document("exact", "Two", "It needs some barriers here."),
        )
        assert self.keys(engine, q="barriers") == ["exact", "other"]

    @pytest.mark.parametrize(
        ("language", "text", "typed"),
        [
            ("en", "Vehicles were stopped.", "vehicle stopping"),
            ("fr", "Les barrières protègent la place.", "barriere"),
            ("fr", "École primaire", "ecole"),
            ("de", "Die Fahrzeugsperren am Straßenrand", "fahrzeugsperre"),
            ("de", "Die Straßen sind gesperrt", "strasse"),
            ("es", "La evacuación del estadio", "evacuacion"),
            ("es", "Las evacuaciones", "evacuación"),
            ("it", "Le barriere della piazza", "barriera"),
            ("nl", "De versperringen op het plein", "versperring"),
            ("pl", "Zapory na ulicach Łodzi", "lodzi"),
            ("pl", "Bezpieczeństwo imprez", "bezpieczenstwa"),
            ("ro", "Măsurile de protecție", "protectie"),
            ("ro", "Măsuri de protecţie", "protecția"),
            ("el", "Τα οχήματα στους δρόμους", "οχηματα"),
            ("el", "Ο δρόμος", "δρομοσ"),
            ("sk", "Bezpečnosť podujatí", "bezpecnost"),
        ],
    )
    def test_case_accents_and_endings_do_not_matter_in_any_language(
        self, engine: Engine, language: str, text: str, typed: str
    ) -> None:
        self.fill(engine, document("here", "Titel", text, language=language), document("not", "Nothing", "of the kind"))
        assert self.keys(engine, q=typed) == ["here"]

    def test_stop_words_alone_still_find_something_but_never_decide(self, engine: Engine) -> None:
        self.fill(engine, document("the", "Who", "the one who is"), document("drone", "Drone", "A sighting."))
        assert self.keys(engine, q="the drone") == ["drone"]
        assert self.keys(engine, q="who is the") == ["the"]

    def test_a_phrase_must_stand_as_it_is_written(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("phrase", "One", "Think of the last mile on foot."),
            document("apart", "Two", "The mile was the last."),
        )
        assert self.keys(engine, q='"last mile"') == ["phrase"]
        assert self.ask(engine, q="last mile").total == 2

    def test_words_side_by_side_come_first(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("apart", "One", "Search every guest. A bag may wait."),
            document("together", "Two", "Every guest may wait. The bag search is one."),
        )
        assert self.keys(engine, q="bag search")[0] == "together"

    def test_excluded_words_and_phrases_stay_out(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("a", "Drones", "above a stadium"),
            document("b", "Drones", "above a square and a main gate"),
            document("c", "Drones", "above a field"),
        )
        assert sorted(self.keys(engine, q="drone -stadium")) == ["b", "c"]
        assert sorted(self.keys(engine, q='drone -"main gate"')) == ["a", "c"]

    def test_a_field_narrows_and_an_unknown_one_is_taken_as_words(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("a", "Kits", "beside doors", kind="lesson", concepts=[2]),
            document("b", "Doors", "with kits", kind="practice", concepts=[3]),
        )
        assert self.keys(engine, q="title:kits") == ["a"]
        assert self.keys(engine, q="kits kind:practice") == ["b"]
        assert self.keys(engine, q="facility:christmas-market") == ["a"]
        assert self.keys(engine, q='facility:"temporary event"') == ["a"]
        assert self.keys(engine, q="kits -kind:practice") == ["a"]
        assert sorted(self.keys(engine, q="colour:kits")) == ["a", "b"]

    # Concepts

    @pytest.mark.parametrize(
        "typed", ["HVM", "hvm", "Weihnachtsmarkt", "marche de noel", "Marché de Noël", "christmas markets"]
    )
    def test_a_name_of_a_concept_in_any_language_finds_works_that_carry_it(self, engine: Engine, typed: str) -> None:
        self.fill(
            engine,
            document("carries", "Slow them down", "Bends and crossings.", concepts=[2, 6]),
            document("other", "Count the guests", "At the gate.", concepts=[3]),
        )
        assert self.keys(engine, q=typed) == ["carries"]

    def test_a_name_of_a_concept_finds_its_other_names_in_texts(self, engine: Engine) -> None:
        self.fill(engine, document("text", "Look up", "An unmanned aircraft was seen."), document("no", "Look down"))
        assert self.keys(engine, q="UAV") == ["text"]

    def test_a_wider_concept_finds_works_that_carry_a_narrower_one(self, engine: Engine) -> None:
        self.fill(engine, document("market", "Stalls", concepts=[2]), document("stadium", "Seats", concepts=[3]))
        assert self.keys(engine, q="temporary event") == ["market"]
        assert self.keys(engine, place="temporary-event") == ["market"]

    # Typing errors

    def test_a_typing_error_is_forgiven_and_the_right_word_offered(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Barriers for vehicles"), document("b", "Count the guests"))
        found = self.ask(engine, q="bariers vehicels")
        assert [hit.key for hit in found.hits] == ["a"]
        assert found.did_you_mean == "barriers vehicles"

    def test_a_word_that_is_there_is_not_corrected(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Barrier"), document("b", "Carrier"))
        found = self.ask(engine, q="carrier")
        assert [hit.key for hit in found.hits] == ["b"]
        assert found.did_you_mean == ""

    # Facets

    def test_counts_of_a_facet_ignore_its_own_selection_and_respect_all_others(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("a", "One", concepts=[2, 4], kind="lesson"),
            document("b", "Two", concepts=[2, 5]),
            document("c", "Three", concepts=[3, 4]),
        )
        found = self.ask(engine, place="christmas-market", threat="vehicle-attack")
        assert [hit.key for hit in found.hits] == ["a"]
        assert found.counts["place"] == {"1": 1, "2": 1, "3": 1}
        assert found.counts["threat"] == {"4": 1, "5": 1}
        assert found.counts["kind"] == {"lesson": 1}

    def test_several_values_of_a_facet_are_any_of_them(self, engine: Engine) -> None:
        self.fill(
            engine, document("a", "One", concepts=[2]), document("b", "Two", concepts=[3]), document("c", "Three")
        )
        assert sorted(self.keys(engine, place=["christmas-market", "stadium"])) == ["a", "b"]

    def test_the_numbers_of_a_facet_are_the_numbers_of_its_results(self, engine: Engine) -> None:
        self.fill(engine, *(document(str(n), f"Gate {n}", concepts=[2 + n % 2]) for n in range(7)))
        counts = self.ask(engine, q="gate").counts["place"]
        for slug, pk in (("temporary-event", "1"), ("christmas-market", "2"), ("stadium", "3")):
            assert self.ask(engine, q="gate", place=slug).total == counts[pk]

    def test_one_work_is_one_hit_however_many_languages_it_has(self, engine: Engine) -> None:
        french = Version("fr", "x", "Barrière", "", "Une barrière", "")
        self.fill(engine, document("a", "Barrier", "A barrier", versions=[french]))
        found = self.ask(engine, q="barrier barrière")
        assert (found.total, len(found.hits)) == (1, 1)
        assert found.counts["language"] == {"en": 1, "fr": 1}

    # Order and pages

    def test_orders_are_newest_and_best_evidence(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("old-strong", "Gate", day=1, evidence=9),
            document("new-weak", "Gate", day=9, evidence=1),
        )
        assert self.keys(engine, sort="newest") == ["new-weak", "old-strong"]
        assert self.keys(engine, q="gate", sort="evidence") == ["old-strong", "new-weak"]

    def test_what_was_replaced_stands_behind_its_equals(self, engine: Engine) -> None:
        self.fill(engine, document("replaced", "Gate", "x", prior=0.5), document("current", "Gate", "x"))
        assert self.keys(engine, q="gate") == ["current", "replaced"]

    def test_pages_do_not_overlap_and_together_hold_everything(self, engine: Engine) -> None:
        self.fill(engine, *(document(str(n), "Gate", day=n % 3) for n in range(45)))
        for sort in ("newest", "evidence"):
            pages = [self.keys(engine, sort=sort, page=page) for page in (1, 2, 3)]
            assert [len(page) for page in pages] == [20, 20, 5]
            assert len({key for page in pages for key in page}) == 45

    @pytest.mark.parametrize(
        ("page", "shown"), [("-1", 1), ("0", 1), ("x", 1), ("²", 1), ("999999999", 1), ("3", 3), ("99", 3)]
    )
    def test_a_page_that_is_not_there_gives_one_that_is(self, engine: Engine, page: str, shown: int) -> None:
        self.fill(engine, *(document(str(n), "Gate") for n in range(45)))
        found = self.ask(engine, page=page)
        assert found.page == shown
        assert found.hits

    # Audience

    def test_nothing_beyond_the_audience_is_found_counted_or_hinted_at(self, engine: Engine) -> None:
        hidden = document(
            "hidden", "Zeppelin mooring", "A zeppelin landed.", audience=[CIRCLE], concepts=[3, 5], kind="lesson"
        )
        self.fill(engine, document("open", "Gate", concepts=[2, 4]), hidden)
        outsider, insider = (EVERYBODY, MEMBERS), (EVERYBODY, CIRCLE)
        assert self.keys(engine, outsider, q="zeppelin") == []
        assert self.keys(engine, insider, q="zeppelin") == ["hidden"]
        everything = self.ask(engine, outsider)
        assert (everything.total, everything.total_visible) == (1, 1)
        assert everything.counts["place"] == {"1": 1, "2": 1}
        assert everything.counts["kind"] == {"practice": 1}
        assert self.ask(engine, outsider, place="stadium").counts["place"] == {"1": 1, "2": 1}
        assert engine.counts(outsider)["threat"] == {"4": 1}
        assert engine.count(outsider) == 1
        assert dict(engine.cells(outsider)) == {(1, 4): 1}
        assert dict(engine.cells(insider)) == {(1, 4): 1, (3, 5): 1}
        assert engine.suggest("zepp", outsider) == []
        assert engine.suggest("zepp", insider) == ["hidden"]
        assert self.ask(engine, outsider, q="zepelin").did_you_mean == ""
        assert self.ask(engine, insider, q="zepelin").did_you_mean == "zeppelin"

    def test_a_word_of_a_hidden_work_is_treated_like_a_word_of_none(self, engine: Engine) -> None:
        self.fill(engine, document("open", "Carriers"), document("hidden", "Barriers", audience=[CIRCLE]))
        assert self.keys(engine, q="barriers") == self.keys(engine, q="xarriers") == ["open"]

    def test_hidden_works_are_as_if_they_were_not_there(self, engine: Engine) -> None:
        works = [
            document("open", "Gate", concepts=[2, 4]),
            document("secret", "Zeppelin gate", "A zeppelin landed.", concepts=[2, 4, 5], kind="lesson"),
        ]

        def answers(hidden: tuple[str, ...]) -> list[Any]:
            said: list[Any] = []
            for params in ({}, {"q": "gate"}, {"q": "zeppelin"}, {"q": "zepelin"}, {"kind": "lesson"}):
                lists = MultiValueDict({name: [value] for name, value in params.items()})
                query = parse(lists, self.vocabulary, "en")
                found = engine.search(query, (EVERYBODY,), self.vocabulary, hidden=hidden)
                keys = [hit.key for hit in found.hits]
                said.append((keys, found.total, found.total_visible, found.counts, found.did_you_mean))
            coverage = engine.coverage((EVERYBODY,), hidden=hidden)
            said += [dict(coverage.cells), coverage.counts, coverage.total]
            said += [engine.cells((EVERYBODY,), hidden=hidden), engine.counts((EVERYBODY,), hidden=hidden)]
            said += [engine.count((EVERYBODY,), hidden=hidden)]
            said += [engine.suggest(typed, (EVERYBODY,), hidden=hidden) for typed in ("zepp", "gate")]
            return said

        self.fill(engine, *works)
        everything = answers(())
        without = answers(("secret", "unknown"))
        assert answers(()) == everything
        self.fill(engine, *works[:1])
        never = answers(())
        assert without == never
        assert all(one != other for one, other in zip(everything[:5], never[:5], strict=True))

    def test_more_hidden_works_than_can_be_left_out_are_said_so(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Gate"))
        most = [str(number) for number in range(MOST_HIDDEN)]
        assert engine.count((EVERYBODY,), hidden=most) == 1
        for question in (
            lambda hidden: engine.search(
                parse(QueryDict("q=gate"), self.vocabulary, "en"), (1,), self.vocabulary, **hidden
            ),
            lambda hidden: engine.count((EVERYBODY,), **hidden),
            lambda hidden: engine.counts((EVERYBODY,), **hidden),
            lambda hidden: engine.coverage((EVERYBODY,), **hidden),
            lambda hidden: engine.suggest("ga", (EVERYBODY,), **hidden),
        ):
            with pytest.raises(EngineUnavailable):
                question({"hidden": [*most, "one more"]})

    def test_similar_works_share_concepts_within_the_audience(self, engine: Engine) -> None:
        self.fill(
            engine,
            document("a", "A", concepts=[2, 4, 6]),
            document("close", "B", concepts=[2, 4]),
            document("far", "C", concepts=[4]),
            document("none", "D", concepts=[3]),
            document("hidden", "E", concepts=[2, 4, 6], audience=[CIRCLE]),
        )
        assert engine.similar("a", (EVERYBODY,)) == ["close", "far"]
        assert engine.similar("a", (EVERYBODY, CIRCLE))[0] == "hidden"
        assert engine.similar("unknown", (EVERYBODY,)) == []

    def test_suggestions_begin_words_of_titles(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Hang trauma kits beside doors"), document("b", "Traumatic", "kits"))
        assert engine.suggest("trauma k", (EVERYBODY,)) == ["a"]
        assert set(engine.suggest("trau", (EVERYBODY,))) == {"a", "b"}
        assert engine.suggest("", (EVERYBODY,)) == engine.suggest("***", (EVERYBODY,)) == []

    # Texts

    def test_hits_bring_their_texts_and_what_marks_the_words(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Title", "First. A <b>barrier</b> & more. Last."))
        found = self.ask(engine, q="barriers")
        text = found.hits[0].texts["en"]
        assert text.stamp == "a:1"
        sentence = found.highlighter.best_sentence(text.text, "en")
        assert sentence == "A &lt;b&gt;<mark>barrier</mark>&lt;/b&gt; &amp; more."

    # Changes

    def test_a_change_replaces_the_document_and_a_removal_takes_it_out(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Gate"), document("b", "Door"))
        before = engine.generation()
        engine.apply([document("a", "Window")], ["b"])
        assert self.keys(engine, q="gate") == self.keys(engine, q="door") == []
        assert self.keys(engine, q="window") == ["a"]
        assert engine.count((EVERYBODY,)) == 1
        assert engine.generation() != before

    def test_a_rebuild_takes_what_changed_meanwhile(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Old"), document("gone", "Gone"))

        def documents() -> Any:
            yield document("a", "Old")
            engine.apply([document("a", "New"), document("b", "Born")], ["gone"])
            yield document("gone", "Gone")

        asked: list[str] = []

        def catch_up(keys: Any) -> Any:
            asked.extend(keys)
            return [document("a", "New"), document("b", "Born")]

        engine.rebuild(documents(), catch_up)
        assert sorted(asked) == ["a", "b", "gone"]
        assert self.keys(engine, q="new") == ["a"]
        assert self.keys(engine, q="born") == ["b"]
        assert self.keys(engine, q="gone") == self.keys(engine, q="old") == []

    def test_readers_keep_their_answers_while_an_index_is_made(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Gate"))

        def documents() -> Any:
            yield document("a", "Gate")
            assert self.keys(engine, q="gate") == ["a"]

        engine.rebuild(documents(), lambda keys: [])
        assert self.keys(engine, q="gate") == ["a"]

    def test_checksums_name_every_document(self, engine: Engine) -> None:
        one, two = document("a", "Gate"), document("b", "Door", audience=[CIRCLE])
        self.fill(engine, one, two)
        assert engine.checksums() == {"a": one.checksum(), "b": two.checksum()}

    def test_without_an_index_every_question_says_so(self, engine: Engine) -> None:
        for question in (
            lambda: self.ask(engine, q="gate"),
            lambda: engine.count((EVERYBODY,)),
            lambda: engine.counts((EVERYBODY,)),
            lambda: engine.coverage((EVERYBODY,)),
            lambda: engine.suggest("ga", (EVERYBODY,)),
            lambda: engine.similar("a", (EVERYBODY,)),
            lambda: engine.apply([document("a", "Gate")], []),
            engine.generation,
            engine.checksums,
        ):
            with pytest.raises(EngineUnavailable):
                question()

    # Bad input

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_words_are_words(self, engine: Engine, text: str) -> None:
        self.fill(engine, document("a", "Gate", "a b x"), document("hidden", "Gate", "a b x", audience=[CIRCLE]))
        found = self.ask(engine, q=text)
        assert found.total <= 1
        engine.suggest(text[:300], (EVERYBODY,))

    def test_an_empty_index_answers(self, engine: Engine) -> None:
        self.fill(engine)
        assert self.ask(engine, q="gate").total == self.ask(engine).total == 0
        assert engine.checksums() == {}

    def test_a_query_string_as_browsers_send_it_is_understood(self, engine: Engine) -> None:
        self.fill(engine, document("a", "Gate", concepts=[2]))
        query = parse(QueryDict("q=gate&place=christmas-market&place=nowhere&colour=red&sort=x"), self.vocabulary, "en")
        assert engine.search(query, (EVERYBODY,), self.vocabulary).total == 1
