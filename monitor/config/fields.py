"""The kinds of values that the configuration has: each a type, its check, and the pattern that editors are told. Pure."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from monitor.config.checks import (
    CLOCK,
    LANGUAGE,
    SLUG,
    SPAN,
    WEEKLY,
    check_address,
    check_contact,
    check_country,
    check_holder,
    check_language,
    check_listen,
    check_network,
    check_pattern,
    check_selector,
    check_slug,
    check_spelling,
    check_tag,
    check_text,
    check_url,
    check_zone,
    parse_clock,
    parse_every,
    parse_pace,
    parse_span_s,
    parse_weekly,
    to_spellings,
    to_tuple,
)

List = BeforeValidator(to_tuple)
Text = Annotated[str, AfterValidator(check_text)]
Slug = Annotated[str, AfterValidator(check_slug), Field(json_schema_extra={"pattern": SLUG})]
Span = Annotated[float, BeforeValidator(parse_span_s), WithJsonSchema({"type": "string", "pattern": SPAN})]
Every = Annotated[
    float | None,
    BeforeValidator(parse_every),
    WithJsonSchema({"type": "string", "pattern": rf"^auto$|{SPAN}"}),
]
Pace = Annotated[
    float | None,
    BeforeValidator(parse_pace),
    WithJsonSchema({"type": "string", "pattern": rf"^auto$|{SPAN}"}),
]
Weekly = Annotated[
    tuple[str, time] | None,
    BeforeValidator(parse_weekly),
    WithJsonSchema({"type": "string", "pattern": WEEKLY}),
]
Clock = Annotated[time, BeforeValidator(parse_clock), WithJsonSchema({"type": "string", "pattern": CLOCK})]
Zone = Annotated[str, AfterValidator(check_zone)]
Pattern = Annotated[str, AfterValidator(check_pattern)]
Selector = Annotated[str, AfterValidator(check_selector)]
Url = Annotated[str, AfterValidator(check_url), Field(json_schema_extra={"pattern": "^https?://"})]
Country = Annotated[str, AfterValidator(check_country), Field(json_schema_extra={"pattern": "^[A-Z]{2}$"})]
Holder = Annotated[str, AfterValidator(check_holder)]
Tag = Annotated[str, AfterValidator(check_tag), Field(json_schema_extra={"pattern": LANGUAGE})]
Language = Annotated[str, AfterValidator(check_language), Field(json_schema_extra={"pattern": LANGUAGE})]
Network = Annotated[str, AfterValidator(check_network)]
Address = Annotated[str, AfterValidator(check_address)]
Listen = Annotated[str, AfterValidator(check_listen)]
Contact = Annotated[str, AfterValidator(check_contact)]
Spelling = Annotated[str, AfterValidator(check_spelling)]
Spellings = Annotated[
    tuple[Spelling, ...],
    BeforeValidator(to_spellings),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Names = Annotated[tuple[Spelling, ...], List]
Texts = Annotated[tuple[Text, ...], List]
Slugs = Annotated[tuple[str, ...], List]
Urls = Annotated[tuple[Url, ...], List]
Selectors = Annotated[tuple[Selector, ...], List]
Languages = Annotated[tuple[Language, ...], List]
Clocks = Annotated[tuple[Clock, ...], List, Field(min_length=1)]
Positive = Annotated[int, Field(ge=1)]
Size = Annotated[int, Field(ge=0)]
