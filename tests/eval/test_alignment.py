"""Editions changed on purpose: is every change found, and called what it is?"""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from eval.mutated import KINDS, Mutated, mutated
from eval.sets import LICENCE, TODAY, pages

from plumbline_ingest.alignment import Kind, align
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.guess import guess_manifest
from plumbline_ingest.manifest import parse_manifest

pytestmark = [pytest.mark.eval, pytest.mark.timeout(900)]
DATA = os.environ.get("PLUMBLINE_EVAL_DATA", "")
GUIDELINES = Path(__file__).parents[2] / "deploy" / "guidelines"
EDITIONS = 260
SETS = ("nci_pdq", "medquad")
PAGES = 20  # of each, where they are named
FEWEST = 40  # cases of each kind
LEAST = 0.99


def test_every_change_is_found_and_called_what_it_is() -> None:
    """Right per kind ≥ 99 %, numbers and negations all; untouched sentences stay the same."""
    editions = list(documents())
    right: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    seconds = 0.0
    for seed in range(EDITIONS):
        pair = mutated(editions[seed % len(editions)], seed)
        began = time.perf_counter()
        found = found_in(pair)
        seconds += time.perf_counter() - began
        judge(pair, found, right, whole)
    print(
        f"\n{EDITIONS} editions of {len(editions)} documents, "
        f"{1000 * seconds / EDITIONS:.0f} ms each"
    )
    for done in [*KINDS, "untouched"]:
        share = right[done] / whole[done] if whole[done] else 1.0
        print(f"  {done:10} {right[done]:6} of {whole[done]:6}  {100 * share:.2f} %")
    for done in KINDS:
        assert whole[done] >= FEWEST, done
        least = 1.0 if done in ("number", "negated") else LEAST
        assert right[done] >= least * whole[done], done
    assert right["untouched"] >= LEAST * whole["untouched"]


def documents() -> Iterator[Edition]:
    """The demonstration guidelines, and pages of the evaluation set where it is named."""
    for folder in sorted(path.parent for path in GUIDELINES.glob("*/guideline.toml")):
        manifest = parse_manifest((folder / "guideline.toml").read_text("utf-8"))
        files = [Document(name, (folder / name).read_bytes()) for name in manifest.files]
        yield make_edition(manifest, files)
    for name in SETS if DATA else ():
        for row, page in itertools.islice(pages(Path(DATA), name), PAGES):
            document = Document(f"{row['id']}.html", page.encode())
            manifest = guess_manifest(document, LICENCE, TODAY)
            yield make_edition(manifest, [document])


Found = dict[str | None, tuple[Kind, str | None]]


def found_in(pair: Mutated) -> tuple[Found, set[str]]:
    """What alignment says of each old sentence, and which it calls new."""
    found: Found = {}
    new: set[str] = set()
    for change in align(pair.old.passages, pair.new.passages):
        for one in change.sentences:
            if one.old:
                found[one.old.text] = one.kind, one.new.text if one.new else None
            elif one.new:
                new.add(one.new.text)
    return found, new


def judge(
    pair: Mutated, said: tuple[Found, set[str]], right: Counter[str], whole: Counter[str]
) -> None:
    found, new = said
    touched = set()
    for change in pair.changes:
        whole[change.done] += 1
        touched.add(change.old)
        kind, now = found.get(change.old, (None, None))
        good = change.new in new if change.old is None else kind in change.kinds
        good = good and (change.old is None or now == change.new)
        right[change.done] += good
        if not good and os.environ.get("VERBOSE"):
            print(change.done, repr(change.old), "→", repr(change.new), kind, now)
    for text, (kind, now) in found.items():
        if text not in touched:
            whole["untouched"] += 1
            good = kind == Kind.SAME
            right["untouched"] += good
            if not good and os.environ.get("VERBOSE"):
                print("untouched", repr(text), kind, repr(now))
