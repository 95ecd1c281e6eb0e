"""The retrieval service, assembled: the only file that knows concrete classes."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import plumbline_clinical.lexicon
from plumbline.topics import (
    BACKGROUND,
    EDITION_INGESTED,
    QUESTION_ASKED,
    REGENERATION_REQUESTED,
    SOURCE_RECALLED,
)
from plumbline_bus import EventRoute, Follower, Health, Log
from plumbline_kit.grpc_server import GrpcServer
from plumbline_kit.service import Server, Service
from plumbline_retrieval.admission import Admission
from plumbline_retrieval.bm25 import K1, MEAN_TOKENS, B
from plumbline_retrieval.edge_index import open_edge_index
from plumbline_retrieval.editions import Editions, open_database
from plumbline_retrieval.embed import DIMENSIONS, Embedder, open_embedder
from plumbline_retrieval.handlers import (
    on_edition_ingested,
    on_question_asked,
    on_regeneration_requested,
)
from plumbline_retrieval.intake import Intake
from plumbline_retrieval.model_files import MODEL_PACKAGE
from plumbline_retrieval.questions import Questions
from plumbline_retrieval.rebuild import rebuild
from plumbline_retrieval.recalls import Recalls
from plumbline_retrieval.replicas import Replicas
from plumbline_retrieval.results import Results
from plumbline_retrieval.search import Finder
from plumbline_retrieval.search_service import search_service

# Counts what changes the stored vectors and vocabularies and is named by nothing else.
ANALYSIS_VERSION: Final = 2

RE_ASKED_AT_A_TIME: Final = 2  # readers come first

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """Where things lie, and which model is used.

    `directory` holds the index and what was found. `model` names the installed package that carries
    the embedding model; absent or empty: lexical search only. `topic_prefix` is the deployment's.
    `address` is where searches are asked for over gRPC: `host:port`, `unix:<path>`; empty: nowhere.
    """

    directory: Path = Path("retrieval")
    model: str = MODEL_PACKAGE
    topic_prefix: str = ""
    address: str = ""


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """The service, its index whole: one that lacks points is made again from the log.

    So is one that another model made.
    """
    settings.directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        embedder = open_embedder(settings.model, settings.directory)
        if embedder is not None:
            stack.callback(embedder.close)
        database = stack.enter_context(open_database(settings.directory / "editions.sqlite"))
        found = stack.enter_context(open_database(settings.directory / "results.sqlite"))
        editions = Editions(database)
        shard = settings.directory / "index"
        made_with = identity(embedder)
        whole = editions.identity == made_with and shard.is_dir()
        if not whole:
            shutil.rmtree(shard, ignore_errors=True)
            editions.clear()
        elif not await has_all(shard, editions):
            logger.warning("the index lacks points: it is made again from the log")
            whole = False
            shutil.rmtree(shard)
            editions.clear()
        index = stack.enter_context(open_edge_index(shard, DIMENSIONS if embedder else 0))
        make_intake = partial(
            Intake, editions=editions, index=index, embedder=embedder, turn=asyncio.Lock()
        )
        intake = make_intake(database)
        if not whole:
            await rebuild(log, intake, settings.topic_prefix)
            editions.adopt(made_with)
        recalled = stack.enter_context(open_database(settings.directory / "recalls.sqlite"))
        recalls = Recalls(recalled)
        finder = Finder(editions, index, embedder, recalls)
        asked = stack.enter_context(open_database(settings.directory / "questions.sqlite"))
        results, questions = Results(found), Questions(asked)
        admission = Admission(finder, editions, questions, embedder, asked)
        ask = partial(on_question_asked, finder=finder, results=results, questions=questions)
        ask_again = partial(
            on_regeneration_requested, finder=finder, results=results, questions=questions
        )
        health = Health()
        replicas = Replicas(log, editions, make_intake, health, settings.topic_prefix)
        servers: list[Server] = [replicas]
        if settings.address:
            servers.append(
                GrpcServer([search_service(finder, editions, index)], settings.address, health)
            )
        yield Service(
            "retrieval",
            routes=[
                EventRoute(
                    EDITION_INGESTED,
                    partial(on_edition_ingested, intake=intake, admission=admission),
                    concurrency=1,
                ),
                EventRoute(QUESTION_ASKED, ask),
                EventRoute(
                    REGENERATION_REQUESTED,
                    ask_again,
                    concurrency=RE_ASKED_AT_A_TIME,
                    lane=BACKGROUND,
                ),
            ],
            followers=[
                replicas.follower(),
                Follower(SOURCE_RECALLED, recalls.positions, recalls.apply),
            ],
            servers=servers,
            health=health,
        )


async def has_all(shard: Path, editions: Editions) -> bool:
    """Whether the index has every passage of every edition that is held."""
    with open_edge_index(shard, 0) as index:
        counts = await index.counts()
    return all(counts.get(e.edition_id, 0) >= e.passages for e in editions.held)


def identity(embedder: Embedder | None) -> str:
    """What an index is made with. Vectors of two identities are never mixed in one index."""
    names = Path(plumbline_clinical.lexicon.__file__).with_name("lexicon.toml").read_bytes()
    model = f"{embedder.name}@{embedder.sha256}" if embedder else "lexical"
    lexicon = hashlib.sha256(names).hexdigest()
    return f"{model} bm25:{K1}:{B}:{MEAN_TOKENS} lexicon:{lexicon} v{ANALYSIS_VERSION}"
