"""When are two words the same for a search, whatever their case, accents and language? Pure text, no engine."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

MAX_WORD = 40  # characters; what is longer is no word that anybody types

# Languages whose words an engine may bring to their stem (Snowball). All others are cut to their first letters:
# measured to do as well as stems in the languages where both could be compared.
STEMMED = {
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}
CUT = ("bg", "cs", "et", "ga", "hr", "lt", "lv", "mt", "pl", "sk", "sl", "uk")
LANGUAGES = tuple(sorted((*STEMMED, *CUT)))
CUT_AT = 6  # letters

# What decomposition leaves whole although readers type it without its stroke or as two letters.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ŀ": "l",
    }
)
_WORD = re.compile(r"[^\W_]+")
END = "\x1e"  # no text holds it: fields of prose and lines are cleaned of control characters
_WORD_OR_END = re.compile(rf"{_WORD.pattern}|{END}")

STOP_WORDS = {
    "en": "a an and are as at be but by for from if in into is it its no not of on or such that the their then "
    "there these they this to was will with what which how when where who do does i we my our can should",
    "fr": "a ai au aux avec c ce ces cette d dans de des du elle en est et il ils j je l la le les leur lui m "
    "mais me n ne nos notre nous on ou par pas pour qu que qui s sa se ses son sont sur t un une vos "
    "votre vous y",
    "de": "als am an auch auf aus bei beim das dass dem den der des die dies diese dieser ein eine einem einen "
    "einer eines er es für fur hat ich ihr im in ist kein man mit nach nicht oder sich sie sind so und "
    "vom von vor war was wenn werden wie wir wird zu zum zur über uber",
    "es": "a al como con de del el en es esta este la las lo los más mas no o para pero por que se si sin son "
    "su sus un una y",
    "it": "a ad al alla alle che con da dal dei del della delle di e è ed gli i il in l la le lo ma nel nella "
    "non o per più piu si sono su un una",
    "nl": "aan als bij dat de der die dit door een en er het hij in is met naar niet of om onder ook op over te "
    "tot uit van voor was wat wordt zijn",
    "pl": "a ale być by co czy dla do i ich jak jest lub na nie o od oraz po przez przy się są to w we z za że",
    "ro": "a ai al ale această acest au ca care ce cu de din după este fi în in la nu o pe pentru prin sau se "
    "si și sunt un unei",
    "el": "ο η το οι τα του της των τον την στο στη στην στον στις στους με σε για από και να που δεν θα είναι "
    "ή ως κατά",
}


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the text in small letters without accents: É is e, ß is ss, ł is l, and Greek final sigma is sigma."""
    text = text.casefold()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).translate(_LETTERS)


def raw_words(text: str) -> list[str]:
    """Return the words of a text in small letters, accents kept, for a stemmer that knows them."""
    return [word.lower()[:MAX_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def words(text: str) -> list[str]:
    """Return the folded words of a text in their order."""
    return [fold(word)[:MAX_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def words_and_ends(pieces: Iterable[str]) -> list[str]:
    """Return the words of pieces of text as they are spelt, with END between two pieces."""
    return _WORD_OR_END.findall(unicodedata.normalize("NFC", f" {END} ".join(pieces)))


_STOP = {language: frozenset(fold(word) for word in text.split()) for language, text in STOP_WORDS.items()}
_NONE: frozenset[str] = frozenset()


def stop_words(language: str) -> frozenset[str]:
    """Return the folded words that carry no meaning of their own in a language."""
    return _STOP.get(language, _NONE)


def distance(one: str, other: str, limit: int = 3) -> int:
    """Return how many letters have to be changed, added, dropped or swapped with a neighbour; at most `limit`."""
    return OSA.distance(one, other, score_cutoff=limit - 1)


_steps: Any = OSA.distance  # the package's stubs do not let a scorer count


@lru_cache(maxsize=64)
def _words_of_length(least: int, most: int) -> "re.Pattern[str]":
    return re.compile(rf"(?<![^\W_])[^\W_]{{{least},{most}}}(?![^\W_])")


def nearest(word: str, texts: Iterable[str], limit: int) -> str | None:
    """Return the word of the texts that differs from a folded word in fewest letters, the commonest of equals.

    None where all differ in more than `limit` letters.
    """
    text = unicodedata.normalize("NFC", "\n".join(texts)).lower()
    # Folding changes lengths a little.
    least, most = max(len(word) - limit - 2, 1), len(word) + limit + 2
    # Most of a text is repetition, and most of its pieces are words as they stand.
    pieces = {piece for piece in text.split() if len(piece) >= least}
    plain = {piece for piece in pieces if piece.isalnum()}
    spelt = [piece for piece in plain if len(piece) <= most]
    spelt += _words_of_length(least, most).findall(" ".join(pieces - plain))
    alike = process.extract(word, map(fold, spelt), scorer=_steps, score_cutoff=limit, limit=None)
    near = [(steps, -text.count(spelt[place]), spelt[place]) for _form, steps, place in alike if steps]
    return min(near)[2] if near else None
