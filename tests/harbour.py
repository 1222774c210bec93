"""A page of ours with a box in the middle of its text, for what reads, cuts and mends."""

from __future__ import annotations

WORDS = "The two delegations went through the draft line by line and left the harbour dues for a later round of talks. "
TEXT = [f"{WORDS}{number} points were settled." for number in ("One", "Two", "Three", "Four")]
BOX = "Box: the ferry line carried eleven thousand passengers in its first year, said the port."
PAGE = (
    '<html><body><div class="site-menu"><a href="/a">Start</a> <a href="/b">World</a></div><main><h1>Harbour dues left for later</h1>'
    f'<div class="story-text"><p>{TEXT[0]}</p><p>{TEXT[1]}</p><div class="fact-box x9f3a7c11"><p>{BOX}</p></div><p>{TEXT[2]}</p><p>{TEXT[3]}</p></div>'
    '<div class="more-news"><a href="/c">Minister resigns over dues</a></div></main></body></html>'
)
