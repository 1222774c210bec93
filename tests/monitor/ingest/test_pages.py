"""Several pages in one transaction end as each would by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from strait_news import NOW, PARAGRAPHS, alerts, page

from monitor.errors import ClaimLost
from monitor.ingest import Outcome, Room, ingest_page, ingest_pages
from monitor.model import Candidate, Page
from monitor.store import Store, claims, ledger, listings, schema

FIRE = [
    "A fire in the harbour of Kestovar burned down two warehouses in the night to Tuesday, the fire brigade of the town said.",
    "Nobody was hurt; forty people who live across the basin spent the rest of the night in a gymnasium on the hill.",
    "The warehouses held rope and paint for the shipyard, which expects to be back at work before the end of the week.",
    "The cause is not known, and the police asked for pictures that passengers of the last ferry may have taken from the deck.",
]
BUDGET = [
    "The finance committee goes through the budget of the coast guard line by line this week, its chairwoman told reporters.",
    "Two patrol boats were paid for last year and not delivered, and a third one waits in the yard for an engine of the right size.",
]
URLS = [f"https://north.example/news/{name}" for name in ("talks", "fire", "again")]


def note(room: Room, pages: list[Page]) -> list[Page]:
    with room.store.write() as connection:
        candidates = [Candidate(url=one.url, outlet=one.outlet, source="https://north.example/") for one in pages]
        listings.note_candidates(connection, candidates, now=NOW, baseline=set())
    return pages


def three(**more: Any) -> list[Page]:
    """Talks, a fire, and the talks once more at the sister outlet."""
    return [
        page(URLS[0], **more),
        page(URLS[1], paragraphs=FIRE, headline="Fire in the harbour of Kestovar", **more),
        page(URLS[2], outlet="sister", paragraphs=[*PARAGRAPHS, FIRE[1]], **more),
    ]


def states(found: list[Outcome | Exception]) -> list[str]:
    return [one.state if isinstance(one, Outcome) else type(one).__name__ for one in found]


def rows(store: Store, table: sa.Table) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_page_finds_its_story_among_those_saved_with_it_and_all_is_written_once(room: Room):
    found = ingest_pages(note(room, three()), room, now=NOW)

    assert states(found) == ["matched", "no-match", "duplicate"]
    talks, fire, again = [one for one in found if isinstance(one, Outcome)]
    assert again.story_id == talks.story_id != fire.story_id
    assert [alert.kind for alert in alerts(room.store)] == ["instant"]
    assert rows(room.store, schema.article) == rows(room.store, schema.body) == 3
    for url, state in zip(URLS, ("matched", "no-match", "duplicate"), strict=True):
        trace = ledger.load_trace(room.store, url)
        assert trace is not None
        assert trace["state"] == state
        assert [step["step"] for step in trace["steps"]].count("state") == 1
    with room.store.read() as connection:
        leads = dict(connection.execute(sa.select(schema.story.c.id, schema.story.c.lead_article_id)).all())
    assert leads == {talks.story_id: talks.article_id, fire.story_id: fire.article_id}


def test_a_page_that_breaks_the_reader_takes_no_other_with_it(room: Room):
    pages = note(room, three())
    pages[1] = replace(pages[1], outlet="nowhere")

    assert states(ingest_pages(pages, room, now=NOW)) == ["matched", "KeyError", "duplicate"]


def test_a_page_whose_outlet_another_worker_has_is_left_to_it(room: Room):
    (claim,) = claims.claim_outlets(room.store, "me", NOW, lease_s=60, limit=1, only=["north"])
    pages = note(room, three())
    pages[0] = replace(pages[0], epoch=claim.epoch - 1)
    pages[1] = replace(pages[1], epoch=claim.epoch)

    found = ingest_pages(pages, room, now=NOW)

    assert isinstance(found[0], ClaimLost)
    assert states(found)[1:] == ["no-match", "matched"]


def test_when_the_transaction_fails_each_is_saved_by_itself_and_is_no_copy_of_itself(room: Room):
    with room.store.write() as connection:  # a row that is written at the end of the transaction fails
        connection.execute(sa.text("CREATE UNIQUE INDEX one_outcome ON step (detail) WHERE outcome = 'hit'"))
    talks = page(URLS[0])
    later = page(URLS[1], paragraphs=[PARAGRAPHS[0], *BUDGET], headline="A budget before spring")
    pages = note(room, [talks, later, page(URLS[2], outlet="sister", paragraphs=FIRE)])

    found = ingest_pages(pages, room, now=NOW)

    assert states(found) == ["matched", "IntegrityError", "no-match"]
    assert isinstance(found[1], IntegrityError)
    assert rows(room.store, schema.article) == len(room.index.articles) == 2
    with room.store.write() as connection:
        connection.execute(sa.text("DROP INDEX one_outcome"))
    assert ingest_page(pages[1], room, now=NOW).state == "matched"


def test_the_same_page_under_two_addresses_is_one_article(room: Room):
    first = page(URLS[0])
    changed = page(URLS[1], paragraphs=[*PARAGRAPHS[:3], FIRE[0]])
    pages = note(room, [first, replace(changed, final_url=URLS[0])])

    found = ingest_pages(pages, room, now=NOW)

    assert states(found) == ["matched", "changed"]
    assert rows(room.store, schema.article) == rows(room.store, schema.version) == 1
    with room.store.read() as connection:
        assert connection.execute(sa.select(schema.body.c.body)).scalar_one().endswith(FIRE[0])


def test_a_page_is_known_by_the_address_that_one_saved_with_it_named(room: Room):
    """Nothing of the first is written yet when the others come."""
    first = page(URLS[0], canonical="https://north.example/one")
    pages = note(room, [first, page(URLS[1], outlet="sister", canonical="https://north.example/one"), page(URLS[2])])

    found = ingest_pages(pages, room, now=NOW)

    assert states(found) == ["matched", "duplicate", "duplicate"]
    assert rows(room.store, schema.article) == 2
    assert ingest_page(pages[1], room, now=NOW).state == "duplicate"


def test_after_a_version_was_saved_the_pages_behind_it_still_know_those_before(room: Room):
    with room.store.write() as connection:
        listings.note_candidates(
            connection, [Candidate(url=URLS[1], outlet="north", source="x")], now=NOW, baseline=set()
        )
    ingest_page(page(URLS[1], paragraphs=FIRE, headline="Fire in the harbour of Kestovar"), room, now=NOW)
    pages = [
        page(URLS[0]),
        page(URLS[1], paragraphs=[*FIRE, BUDGET[0]], headline="Fire in the harbour of Kestovar"),
        page("https://north.example/news/talks?again", canonical=URLS[0]),
        page("https://north.example/news/budget", paragraphs=BUDGET * 2, headline="A budget before spring"),
        page("https://north.example/news/budget?again", canonical="https://north.example/news/budget", paragraphs=FIRE),
    ]

    found = ingest_pages(note(room, pages), room, now=NOW)

    assert states(found) == ["matched", "changed", "duplicate", "no-match", "changed"]
    assert rows(room.store, schema.article) == 3
