"""What pages look like: base template, style, script and the catalogue of words."""

from plumbline_pages.address import answer_path, record_path, short_path, slug, split_segment
from plumbline_pages.assets import Asset, asset, asset_url, assets
from plumbline_pages.claims_text import claim_texts, collapse, visible_text
from plumbline_pages.docs import Operation, docs
from plumbline_pages.ended import Searched, failed, not_covered, withdrawn, withheld
from plumbline_pages.fragments import SEAL, STATE, URGENT, fill, seal_line, state_banner
from plumbline_pages.home import ASK_FIELD, ASK_PATH, Example, FieldError, Topic, home
from plumbline_pages.library import (
    Edition,
    PassageText,
    UsedIn,
    edition_named,
    guideline,
    guideline_path,
    library,
    library_parts,
    library_path,
    passage,
)
from plumbline_pages.progress import Step, progress, steps
from plumbline_pages.proof import Proof, proof_from
from plumbline_pages.record import Record, Seal, record
from plumbline_pages.simple import not_found, refused
from plumbline_pages.urgent import Call, UrgentCard, urgent_block, urgent_card
from plumbline_pages.waterfall import StageTime

__all__ = [
    "ASK_FIELD",
    "ASK_PATH",
    "SEAL",
    "STATE",
    "URGENT",
    "Asset",
    "Call",
    "Edition",
    "Example",
    "FieldError",
    "Operation",
    "PassageText",
    "Proof",
    "Record",
    "Seal",
    "Searched",
    "StageTime",
    "Step",
    "Topic",
    "UrgentCard",
    "UsedIn",
    "answer_path",
    "asset",
    "asset_url",
    "assets",
    "claim_texts",
    "collapse",
    "docs",
    "edition_named",
    "failed",
    "fill",
    "guideline",
    "guideline_path",
    "home",
    "library",
    "library_parts",
    "library_path",
    "not_covered",
    "not_found",
    "passage",
    "progress",
    "proof_from",
    "record",
    "record_path",
    "refused",
    "seal_line",
    "short_path",
    "slug",
    "split_segment",
    "state_banner",
    "steps",
    "urgent_block",
    "urgent_card",
    "visible_text",
    "withdrawn",
    "withheld",
]
