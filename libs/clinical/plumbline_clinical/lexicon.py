"""Clinical concepts, the names they go by, and where a text names them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from plumbline_clinical.text import WARM_TEXTS, Word, one_spelling, split_words

LEXICON = Path(__file__).with_name("lexicon.toml")
KINDS = frozenset(
    [
        "disease",
        "response",
        "drug",
        "drug_class",
        "marker",
        "stage",
        "test",
        "slot",
        "symptom",
        "treatment",
    ]
)
FEW_WORDS = 4
NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
# What may stand between the words of one name; a full stop or a comma ends it.
BETWEEN_WORDS = re.compile(r"\s*[-‐‑–/&]?\s*|\s?\(")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that has names.

    `preferred` is the name in reviewed text, `label` the one a reader sees above a table's row,
    `plain` an explanation in plain words (no evidence), `synonyms` all other names. `broader` is
    the id of the concept that this one is a kind of, or "".
    """

    id: str
    kind: str
    preferred: str
    plain: str
    synonyms: tuple[str, ...]
    label: str
    broader: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named in a text: code points [start, end)."""

    concept: Concept
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a concept. `exact` is how an abbreviation must be written, "" for other names.

    Before one of the words of `not_before` it is no name but an ordinary word in capitals.
    """

    concept: Concept
    exact: str = ""
    not_before: frozenset[str] = frozenset()


@dataclass(slots=True)
class Node:
    """A place in the tree of names: the next word leads on, `names` end here."""

    then: dict[str, Node] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lexicon as read. `subject` is the id of the disease that it is written for.

    `generic` are the ids of diseases that only gather others. `numeral_labels` and `no_direction`
    are regular expressions: words after which a numeral is a label and no quantity, and names that
    hold a word of direction and tell of no change.
    """

    subject: str
    generic: frozenset[str]
    concepts: dict[str, Concept]
    tree: Node
    numeral_labels: tuple[str, ...]
    no_direction: tuple[str, ...]


def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file. ValueError where an id is used twice or a kind is unknown."""
    data = tomllib.loads(path.read_text("utf-8"))
    found: dict[str, Concept] = {}
    tree = Node()
    for row in rows_of(data["block"]):
        named = concept_of(row)
        if named.id in found or named.kind not in KINDS:
            raise ValueError(f"concept {named.id} is there twice, or of no known kind")
        found[named.id] = named
        for name in [named.preferred, *row.get("synonyms", []), *row.get("typed", [])]:
            plant(tree, name, Name(named))
        for name in row.get("abbreviations", []):
            plant(tree, name, Name(named, name, frozenset(row.get("not_before", []))))
    return Lexicon(
        subject=data["subject"],
        generic=frozenset(data["generic"]),
        concepts=found,
        tree=tree,
        numeral_labels=tuple(data["numeral_labels"]),
        no_direction=tuple(data["no_direction"]),
    )


def rows_of(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every concept's row, with the kind of its block unless it names its own."""
    for block in blocks:
        for row in block["concept"]:
            yield {"kind": block["kind"], **row}


def concept_of(row: dict[str, Any]) -> Concept:
    """The concept that a row describes."""
    names = (*row.get("abbreviations", ()), *row.get("synonyms", ()))
    return Concept(
        id=row["id"],
        kind=row["kind"],
        preferred=row["preferred"],
        plain=row.get("plain", ""),
        synonyms=tuple(dict.fromkeys(name for name in names if name != row["preferred"])),
        label=row.get("label", row["preferred"]),
        broader=row.get("broader", ""),
    )


def plant(tree: Node, written: str, name: Name) -> None:
    """Add a name to the tree, word by word."""
    node = tree
    for word in split_words(written):
        node = node.then.setdefault(one_spelling(word.text), Node())
    node.names.append(name)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this package."""
    return load_lexicon(LEXICON)


def concepts() -> dict[str, Concept]:
    """Every concept by its id. Not to be changed."""
    return lexicon().concepts


def concept(concept_id: str) -> Concept:
    """The concept of that id; KeyError if there is none."""
    return lexicon().concepts[concept_id]


def mentions(text: str) -> list[Mention]:
    """The concepts named in a text, in order: the longest name at each place, none overlapping.

    Names match in any case, spelling and number (`tumors`, `Tumour`); abbreviations only as they
    are written in the lexicon, so ALL is a disease and all is not. A plural "s" may follow both.
    """
    return list(named_in(text))


@lru_cache(maxsize=WARM_TEXTS)
def named_in(text: str) -> tuple[Mention, ...]:
    """The mentions of a text, as an unchangeable sequence."""
    found, position = [], 0
    text_words = split_words(text)
    while position < len(text_words):
        longest = name_at(text, text_words, position)
        if longest is None:
            position += 1
            continue
        named, length = longest
        last = text_words[position + length - 1]
        start = text_words[position].start
        found.append(Mention(named, start, closed(text, start, last.end)))
        position += length
    return tuple(found)


def name_at(text: str, text_words: tuple[Word, ...], position: int) -> tuple[Concept, int] | None:
    """The longest name that starts at a word: its concept and how many words it has."""
    node, longest = lexicon().tree, None
    for length, word in enumerate(text_words[position:], start=1):
        if length > 1 and not adjoining(text, text_words[position + length - 2], word):
            break
        following = next_node(node, word.text)
        if following is None:
            break
        node = following
        if (named := concept_here(node, text, text_words[position].start, word.end)) is not None:
            longest = (named, length)
    return longest


def adjoining(text: str, before: Word, after: Word) -> bool:
    """Whether two words can belong to one name."""
    return BETWEEN_WORDS.fullmatch(text, before.end, after.start) is not None


@lru_cache(maxsize=65_536)
def word_forms(word: str) -> tuple[str, ...]:
    """A word as the tree may hold it: in one spelling, and then without its plural ending."""
    one = one_spelling(word)
    forms = [one]
    if one.endswith("ies"):
        forms.append(one[:-3] + "y")
    if one.endswith("es"):
        forms.append(one[:-2])
    if one.endswith("s") and not one.endswith("ss"):
        forms.append(one[:-1])
    return tuple(forms)


def next_node(node: Node, word: str) -> Node | None:
    """Where a word leads from a place in the tree, or None."""
    for form in word_forms(word):
        if (following := node.then.get(form)) is not None:
            return following
    return None


def concept_here(node: Node, text: str, start: int, end: int) -> Concept | None:
    """The concept whose name ends at this place, written as here; exact names come first.

    In a sentence without small letters capitals tell nothing, and no name is an exact one.
    """
    written, loose = text[start:end], None
    for name in node.names:
        if not name.exact:
            loose = loose or name.concept
        elif is_written_as(name, written) and not (
            in_capitals(text) or is_ordinary_word(name, text, end)
        ):
            return name.concept
    return loose


def is_written_as(name: Name, written: str) -> bool:
    """Whether a text has an abbreviation letter for letter, or its plural."""
    return written in (name.exact, f"{name.exact}s", f"{name.exact}es")


def in_capitals(text: str) -> bool:
    """Whether a whole sentence is written in capitals; a few words may be a table's heading."""
    return text.isupper() and len(split_words(text)) > FEW_WORDS


def is_ordinary_word(name: Name, text: str, end: int) -> bool:
    """Whether the word that follows tells that this is no abbreviation: "ALL of them"."""
    if not name.not_before:
        return False
    following = NEXT_WORD.match(text, end)
    return following is not None and following[1].casefold() in name.not_before


def closed(text: str, start: int, end: int) -> int:
    """The end of a name, with the bracket that closes one opened inside it."""
    return end + 1 if "(" in text[start:end] and text[end : end + 1] == ")" else end


def within(named: Concept, concept_id: str) -> bool:
    """Whether a concept is that one, or a kind of it at any depth."""
    while named.id != concept_id:
        if not named.broader:
            return False
        named = concept(named.broader)
    return True


def disease_of(text: str) -> Concept | None:
    """The disease a text is about, as far as its words tell; None where they do not.

    It is the lexicon's subject where the subject or a kind of it is named, even beside others;
    else the first other disease. A word for many diseases ("cancer") tells nothing.
    """
    found = diseases_of(text)
    subject = lexicon().subject
    if any(within(disease, subject) for disease in found):
        return concept(subject)
    return found[0] if found else None


def diseases_of(text: str) -> list[Concept]:
    """Every disease named in a text, in order, each once, without the words for many diseases."""
    found = [mention.concept for mention in named_in(text) if mention.concept.kind == "disease"]
    return list(dict.fromkeys(one for one in found if one.id not in lexicon().generic))


def expand(text: str) -> list[str]:
    """Other names of what a text names, in order, each once; for searching, not for showing."""
    present = spaced(text)
    names = (
        name
        for mention in named_in(text)
        for name in (mention.concept.preferred, *mention.concept.synonyms)
    )
    return list(dict.fromkeys(name for name in names if spaced(name) not in present))


def spaced(text: str) -> str:
    """The words of a text between single spaces, to look for names as whole words."""
    return f" {' '.join(one_spelling(word.text) for word in split_words(text))} "
