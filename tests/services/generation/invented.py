"""Guidelines about diseases that do not exist, in every way of writing that must be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

TITLE = "# Zorvic syndrome: judging response\n"

SECTIONS = (
    TITLE
    + """
Response is judged after treatment.
The result helps the team plan the next step.

## Full response

A full response means that no sign of zorvic is left.
The glim count is below 4 zu/L.
No vell is wider than 2 cm.
The tarn score is 0.
A full response must last for at least 6 weeks.

## Half response

A half response means that the zorvic has shrunk but some is left.
The glim count has fallen by at least 30 %.
The vells have shrunk by at least 25 %.
The tarn score may be any number.

## Stable zorvic

Stable zorvic means that neither mark is met.
The glim count has changed by less than 30 %.
The vells have changed by less than 25 %.
The tarn score is 7.

## What to keep in mind

A full response does not mean that zorvic is cured.
The lumen test is separate from the response.
"""
)

LABELLED_LISTS = (
    TITLE
    + """
## Response groups

A full response means all of these:

- Glim count: below 4 zu/L
- Vell width: no vell wider than 2 cm
- Tarn score: 0

A half response means at least two of these:

- Glim count: fallen by at least 30 %
- Vell width: shrunk by at least 25 %
- Tarn score: any number

Stable zorvic means all of these:

- Glim count: changed by less than 30 %
- Vell width: changed by less than 25 %
- Tarn score: 7
"""
)

PLAIN_LISTS = (
    TITLE
    + """
## Response groups

In a full response, all of these are found:

- the glim count is below 4 zu/L
- no vell is wider than 2 cm
- the tarn score is 0

In a half response, all of these are found:

- the glim count has fallen by at least 30 %
- each vell has shrunk by at least 25 %
- the tarn score is any number

In stable zorvic, all of these are found:

- the glim count has changed by less than 30 %
- each vell has changed by less than 25 %
- the tarn score is 7
"""
)

TABLE = (
    TITLE
    + """
## The marks

| What is measured | Full response | Half response | Stable zorvic |
| --- | --- | --- | --- |
| Glim count | below 4 zu/L | fallen by at least 30 % | changed by less than 30 % |
| Vell width | no vell wider than 2 cm | shrunk by at least 25 % | changed by less than 25 % |
| Tarn score | 0 | any number | 7 |
"""
)

TURNED_TABLE = (
    TITLE
    + """
| Category | Glim count | Vell width | Tarn score |
| --- | --- | --- | --- |
| Full response | below 4 zu/L | no vell wider than 2 cm | 0 |
| Half response | fallen by at least 30 % | shrunk by at least 25 % | any number |
| Stable zorvic | changed by less than 30 % | changed by less than 25 % | 7 |
"""
)

SENTENCES = (
    TITLE
    + """
In a full response, the glim count is below 4 zu/L.
In a half response, the glim count has fallen by at least 30 %.
In stable zorvic, the glim count has changed by less than 30 %.
In a full response, no vell is wider than 2 cm.
In a half response, each vell has shrunk by at least 25 %.
In a full response, the tarn score is 0.
In a half response, the tarn score is any number.
In stable zorvic, the tarn score is 7.
"""
)

BY_MEASURE = (
    TITLE
    + """
## Glim count

- Full response: below 4 zu/L
- Half response: fallen by at least 30 %
- Stable zorvic: changed by less than 30 %

## Vell width

In a full response, it is below 2 cm.
In a half response, it has shrunk by at least 25 %.
In stable zorvic, it has changed by less than 25 %.

## Tarn score

In a full response, it is 0.
In a half response, it may be any number.
In stable zorvic, it is 7.
"""
)

WAYS = {
    "sections": SECTIONS,
    "labelled lists": LABELLED_LISTS,
    "plain lists": PLAIN_LISTS,
    "table": TABLE,
    "turned table": TURNED_TABLE,
    "sentences": SENTENCES,
    "by measure": BY_MEASURE,
}

SYLLABLES = ("bra", "du", "fex", "gor", "hin", "jub", "kel", "lom", "mip", "nov", "pra", "zul")
MODIFIERS = ("plain", "deep", "swift", "late", "bright", "hollow", "outer", "silent")
HEADS = ("answer", "state", "phase", "grade")


@dataclass(frozen=True)
class World:
    """An invented disease: its categories, what is measured, and a mark for each of both."""

    disease: str
    categories: tuple[str, ...]
    measures: tuple[str, ...]
    marks: dict[tuple[str, str], str]

    def write(self, way: Callable[[World], str]) -> str:
        """The guideline written in one way."""
        return f"# {self.disease.capitalize()}: the groups\n\n{way(self)}\n"


def sections(world: World) -> str:
    return "\n\n".join(
        f"## {category.capitalize()}\n\n"
        + " ".join(f"The {m} is {world.marks[category, m]}." for m in world.measures)
        for category in world.categories
    )


def lists(world: World) -> str:
    return "\n\n".join(
        f"A {category} needs all of these:\n\n"
        + "\n".join(f"- the {m} is {world.marks[category, m]}" for m in world.measures)
        for category in world.categories
    )


def labelled(world: World) -> str:
    return "\n\n".join(
        f"These marks are listed for a {category}:\n\n"
        + "\n".join(f"- {m.capitalize()}: {world.marks[category, m]}" for m in world.measures)
        for category in world.categories
    )


def table(world: World) -> str:
    head = " | ".join(("Measure", *(c.capitalize() for c in world.categories)))
    rows = (
        " | ".join((m.capitalize(), *(world.marks[c, m] for c in world.categories)))
        for m in world.measures
    )
    rule = "|".join(["---"] * (1 + len(world.categories)))
    return "\n".join((f"| {head} |", f"|{rule}|", *(f"| {row} |" for row in rows)))


def turned(world: World) -> str:
    head = " | ".join(("Group", *(m.capitalize() for m in world.measures)))
    rows = (
        " | ".join((c.capitalize(), *(world.marks[c, m] for m in world.measures)))
        for c in world.categories
    )
    rule = "|".join(["---"] * (1 + len(world.measures)))
    return "\n".join((f"| {head} |", f"|{rule}|", *(f"| {row} |" for row in rows)))


def sentences(world: World) -> str:
    return " ".join(
        f"In a {c}, the {m} is {world.marks[c, m]}."
        for m in world.measures
        for c in world.categories
    )


def tails(world: World) -> str:
    return " ".join(
        f"The {m} is {world.marks[c, m]} in a {c}."
        for m in world.measures
        for c in world.categories
    )


def definitions(world: World) -> str:
    return " ".join(
        f"A {c} means that "
        + " and ".join(f"the {m} is {world.marks[c, m]}" for m in world.measures)
        + "."
        for c in world.categories
    )


ALL_WAYS = (sections, lists, labelled, table, turned, sentences, tails)


def _word() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=3, unique=True).map("".join)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Invented names, units and numbers; every mark is unlike every other."""
    words = draw(st.lists(_word(), min_size=8, max_size=8, unique=True))
    heads = draw(
        st.one_of(
            st.sampled_from(HEADS).map(lambda head: [head] * 3),
            st.lists(st.sampled_from(HEADS), min_size=3, max_size=3),
        )
    )
    modifiers = draw(st.lists(st.sampled_from(MODIFIERS), min_size=3, max_size=3, unique=True))
    categories = tuple(f"{one} {two}" for one, two in zip(modifiers, heads, strict=True))
    kinds = draw(st.lists(st.sampled_from(("count", "width", "score", "")), min_size=3, max_size=3))
    measures = tuple(f"{word} {kind}".strip() for word, kind in zip(words[1:4], kinds, strict=True))
    numbers = iter(draw(st.lists(st.integers(2, 900), min_size=9, max_size=9, unique=True)))
    comparators = ("below {} {}", "at least {} {}", "above {} {}", "≥{} {}", "between 1 and {} {}")
    marks = {
        (category, measure): draw(st.sampled_from(comparators)).format(next(numbers), unit)
        for category in categories
        for measure, unit in zip(measures, words[4:7], strict=True)
    }
    return World(f"{words[0]} syndrome", categories, measures, marks)
