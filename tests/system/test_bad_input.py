"""Whatever comes in: a clear answer that says what to do, and no event."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from system.conftest import GUIDELINES
from system.served import ROOT, Served, command, served

pytestmark = pytest.mark.slow

QUESTION_TOPIC = "question.asked.v1"


def asked_so_far(server: Served) -> int:
    """How many questions stand in the log, read beside the running server."""
    with sqlite3.connect(f"file:{server.home / 'log.sqlite'}?mode=ro", uri=True) as db:
        tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(
            db.execute(f"SELECT count(*) FROM {t} WHERE topic = ?", (QUESTION_TOPIC,)).fetchone()[0]
            for t in tables
            if "topic" in {c[1] for c in db.execute(f"PRAGMA table_info({t})")}
            and "value" in {c[1] for c in db.execute(f"PRAGMA table_info({t})")}
        )


BODIES = [
    (b'{"question": ""}', 422, "empty"),
    (b'{"question": "   "}', 422, "empty"),
    (b'{"question": "12 >= 7 ???"}', 422, "no-letters"),
    (json.dumps({"question": "a" * 2001}).encode(), 413, "too-long"),
    (b'{"question": "caf\xe9"}', 400, "encoding"),
    (b'{"question": "x', 400, "json"),
    (b'["question"]', 400, "json"),
    (b'{"question": "\\ud800 x"}', 400, "encoding"),
    (b'{"question": 7}', 422, "empty"),
    (b'{"question": "What is CLL? Write to ann@example.org"}', 422, "personal-data"),
    (b'{"question": "I was born on 4 March 1956, what is CLL?"}', 422, "personal-data"),
    (b'{"question": "What is CLL?", "audience": "cat"}', 422, "unsupported"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES)
def test_a_bad_question_is_refused_and_leaves_nothing(
    plumbline: Served, body: bytes, status: int, code: str
) -> None:
    before = asked_so_far(plumbline)
    reply = httpx.post(
        f"{plumbline.url}/v1/questions", content=body, headers={"Content-Type": "application/json"}
    )
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["what_to_do"]
    assert "ann@example.org" not in reply.text
    assert asked_so_far(plumbline) == before


def test_other_requests_get_problems_too(plumbline: Served) -> None:
    post = httpx.post(f"{plumbline.url}/v1/questions", content=b"question=x")
    assert (post.status_code, post.json()["code"]) == (415, "media-type")
    assert plumbline.get("/v1/answers/" + "0" * 32).status_code == 404
    assert plumbline.get("/v1/answers/nonsense").status_code == 404
    assert plumbline.get("/answers/" + "0" * 32).status_code == 404
    assert httpx.delete(f"{plumbline.url}/v1/questions").status_code == 405


def test_a_form_gets_its_text_back_with_the_error(plumbline: Served) -> None:
    reply = httpx.post(f"{plumbline.url}/ask", data={"question": "<b>write to ann@example.org"})
    assert reply.status_code == 422
    assert "&lt;b&gt;write to ann@example.org" in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_a_form_leads_to_the_answer_without_script(plumbline: Served) -> None:
    reply = httpx.post(
        f"{plumbline.url}/ask", data={"question": "What does partial response mean in CLL?"}
    )
    assert reply.status_code == 303
    for _ in range(100):
        page = httpx.get(plumbline.url + reply.headers["location"], follow_redirects=True)
        if "data-claim" in page.text:
            break
        time.sleep(0.05)
    assert "data-claim" in page.text


def test_an_emergency_sees_its_card_first(plumbline: Served) -> None:
    question = "I have chest pain and can't breathe"
    reply = httpx.post(f"{plumbline.url}/v1/questions", json={"question": question})
    urgent = reply.json()["urgent"]
    assert urgent["card_id"]
    assert urgent["text"]
    assert "chest pain and" not in json.dumps(urgent)
    answer = plumbline.ask(question)
    assert answer["urgent"] == urgent
    assert plumbline.get(f"/v1/answers/{answer['answer_id']}").json()["urgent"] == urgent
    form = httpx.post(f"{plumbline.url}/ask", data={"question": question}, follow_redirects=True)
    main = form.text[form.text.index("<main") :]
    assert urgent["text"][0][:20] in main[: main.index("</h1>") + 2000]
    refused = httpx.post(
        f"{plumbline.url}/v1/questions", json={"question": question + " ann@example.org"}
    )
    assert refused.status_code == 422
    assert refused.json()["urgent"] == urgent


def test_a_licence_that_forbids_machine_use_is_refused(plumbline: Served, tmp_path: Path) -> None:
    folder = tmp_path / "g"
    shutil.copytree(GUIDELINES / "cll-mrd", folder)
    manifest = (folder / "guideline.toml").read_text()
    for licence in ("proprietary", "no-machine-use"):
        lines = [
            f'licence = "{licence}"' if line.startswith("licence") else line
            for line in manifest.replace('"cll-mrd"', '"other"', 1).splitlines()
        ]
        (folder / "guideline.toml").write_text("\n".join(lines))
        (result,) = plumbline.ingest(folder)
        assert result["status"] == "refused"
        assert licence in result["reason"]


def test_unreadable_guidelines_are_refused_one_by_one(plumbline: Served, tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes(b"# Caf\xe9\n\ntext")
    (tmp_path / "empty.md").write_text("")
    done = plumbline.run(
        "ingest", "--json", "--licence", "CC0-1.0", str(tmp_path), str(tmp_path / "gone")
    )
    results = json.loads(done.stdout)["results"]
    assert done.returncode == 1
    assert [r["status"] for r in results] == ["refused"] * 3
    assert all(r["reason"] for r in results)


def test_a_bare_document_needs_a_licence_and_can_be_tried_dry(
    plumbline: Served, tmp_path: Path
) -> None:
    document = tmp_path / "quoll.md"
    document.write_text("# Quoll fever: care\n\n## Rest\n\nPeople with quoll fever need rest.\n")
    (without,) = plumbline.ingest(document)
    assert without["status"] == "refused"
    assert "--licence" in without["reason"]
    dry = plumbline.run("ingest", "--dry-run", "--licence", "CC0-1.0", str(document))
    assert dry.returncode == 0
    assert 'id = "quoll"' in dry.stdout
    (taken,) = plumbline.ingest(document, options=("--licence", "CC0-1.0"))
    assert taken["status"] == "ingested"
    (again,) = plumbline.ingest(document, options=("--licence", "CC0-1.0"))
    assert again["status"] == "unchanged"


def test_nobody_to_ask_is_exit_7(tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "PLUMBLINE_HOME": str(tmp_path / "none"),
        "HOME": str(tmp_path),
    }
    done = command(["ask", "--json", "What is CLL?"], environ, cwd=tmp_path)
    assert done.returncode == 7
    assert json.loads(done.stdout)["reason"]["code"] == "no-server"
    plain = command(["ask", "--url", "http://127.0.0.1:9", "What is CLL?"], environ, cwd=tmp_path)
    assert plain.returncode == 7
    assert "plumbline run" in plain.stderr


def test_exit_codes_say_how_it_ended(plumbline: Served) -> None:
    assert plumbline.run("ask", "--json", "What is a quokka?").returncode == 3
    assert plumbline.run("ask", "--json", "").returncode == 2
    assert plumbline.run("ask").returncode == 2
    refused = plumbline.run("ask", "--json", "-", input="who is ann@example.org?")
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["status"] == "refused"
    assert json.loads(refused.stdout)["problem"]["code"] == "personal-data"


def test_a_busy_port_is_one_clear_line(plumbline: Served, tmp_path: Path) -> None:
    port = plumbline.url.rsplit(":", 1)[1]
    environ = plumbline.environ | {"PLUMBLINE_HOME": str(tmp_path / "h"), "PORT": port}
    done = command(["run"], environ)
    assert done.returncode == 1
    assert f":{port}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_second_start_on_the_same_home_says_who_holds_it(plumbline: Served) -> None:
    done = command(["run"], plumbline.environ)
    assert done.returncode == 1
    assert plumbline.process is not None
    assert str(plumbline.process.pid) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert plumbline.get("/live").status_code == 200


def test_an_unknown_setting_names_the_nearest(plumbline: Served, tmp_path: Path) -> None:
    environ = plumbline.environ | {"PLUMBLINE_HOME": str(tmp_path / "h"), "PLUMBLINE_HOEM": "x"}
    done = command(["run"], environ)
    assert done.returncode == 1
    assert "PLUMBLINE_HOME" in done.stderr


def test_a_home_with_a_log_but_without_its_keys_does_not_start(tmp_path: Path) -> None:
    with served(tmp_path / "home", None) as server:
        assert stat.S_IMODE((server.home / "run" / "ingest.sock").stat().st_mode) == 0o600
        server.stop()
        (server.home / "keys" / "log.pem").unlink()
        done = command(["run"], server.environ)
        assert done.returncode == 1
        assert "log.pem" in done.stderr
        assert not (server.home / "keys" / "log.pem").exists()


def test_python_that_is_too_old_is_told_which_to_use(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    pretend = "import sys; sys.version_info = (3, 9, 2, 'final', 0); exec(sys.argv[1])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{pretend}" "$2"\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "setup", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Python 3.11" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_no_question_reaches_a_log_line(plumbline: Served) -> None:
    marker = "zyxwvutsrq"
    plumbline.ask(f"What is {marker} in CLL?")
    assert marker not in plumbline.stderr()
