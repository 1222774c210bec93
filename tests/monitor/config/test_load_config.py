"""What a whole, valid folder becomes."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.errors import ConfigError
from monitor.model import Channel, CleaningRules, Config, Listing, Office, QuietHours, Settings

FILES = {
    "outlets": """
[nordic-wire]
name = "Nordic Wire"
home = "https://wire.example/"
country = "NO"
languages = ["nb", "en", "zh-Hant"]
kind = "agency"
family = "nordic"
feeds = ["https://wire.example/rss"]
sitemaps = ["https://wire.example/news.xml"]
listings = [{ url = "https://wire.example/world", links = "h2 a" }]
articles = "^/news/"
every = "15m"
orientation = "state"
cleaning = { keep = ["article"], drop = [".byline", ".related"] }

[old-paper]
name = "The Old Paper"
home = "https://old.example/"
every = "auto"
enabled = false
reason = "closed in 2019"
""",
    "people": """
[anna-berg]
name = "Anna Berg"
names = { ru = "Анна Берг", zh = ["安娜·贝里", "贝里"] }
also = ["Anna Bergh"]
surname = "after-full-name"
unless = ["Anna Bergman"]
offices = [{ title = "Minister of Foreign Affairs", of = "NO", since = 2021-10-14 }]
known_as_of = 2026-01-31
""",
    "topics": '[fjord-talks]\nname = "Fjord talks"\nquery = \'"fjord talks" OR fjordsamtal*\'\n',
    "watchlists": """
[north]
name = "North"
match = "anna-berg AND fjord-talks"
instant = ["screen"]
digests = ["morning"]
severity = "critical"

[any]
name = "Any of them"
people = ["anna-berg"]
topics = ["fjord-talks"]
""",
    "channels": """
[channel.screen]
url = "console:"
quiet = { from = "22:00", to = "07:00", zone = "Europe/Oslo" }
per_hour = 5

[channel.log]
url = "file:alerts.log"

[digest.morning]
channels = ["screen", "log"]
at = ["07:00", 18:30:00]
zone = "Europe/Oslo"
days = ["mon", "fri"]
""",
    "settings": """
[network]
contact = "desk@wire.example"
allow_private = ["127.0.0.0/8"]
resolve = { "wire.example" = "127.0.0.1" }
delay = "0s"
[web]
listen = "127.0.0.1:9000"
[alerts]
max_age = "2d"
owner_channel = "screen"
zone = "Europe/Oslo"
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def config(folder: Path) -> Config:
    return load_config(folder)


def test_an_outlet_keeps_every_word_of_its_table(config: Config) -> None:
    wire, paper = config.outlets

    assert (wire.slug, wire.country, wire.kind, wire.family, wire.orientation) == (
        "nordic-wire", "NO", "agency", "nordic", "state",
    )  # fmt: skip
    assert wire.languages == ("nb", "en", "zh-Hant")
    assert wire.feeds == ("https://wire.example/rss",)
    assert wire.sitemaps == ("https://wire.example/news.xml",)
    assert wire.listings == (Listing(url="https://wire.example/world", links="h2 a"),)
    assert wire.cleaning == CleaningRules(keep=("article",), drop=(".byline", ".related"))
    assert wire.every_s == 900
    assert (paper.every_s, paper.enabled, paper.reason, paper.cleaning) == (None, False, "closed in 2019", None)


def test_one_spelling_and_a_list_of_them_read_the_same(config: Config) -> None:
    (anna,) = config.people

    assert anna.names == {"ru": ("Анна Берг",), "zh": ("安娜·贝里", "贝里")}
    assert anna.offices == (Office(title="Minister of Foreign Affairs", of="NO", since=date(2021, 10, 14)),)
    assert (anna.surname, anna.unless, anna.known_as_of) == (
        "after-full-name", ("Anna Bergman",), date(2026, 1, 31),
    )  # fmt: skip


def test_people_and_topics_of_a_watchlist_mean_any_of_them(config: Config) -> None:
    north, anyone = config.watchlists

    assert (north.match, north.severity) == ("anna-berg AND fjord-talks", "critical")
    assert (anyone.match, anyone.severity) == ("anna-berg OR fjord-talks", "normal")


def test_channels_and_digests_know_their_hours(config: Config) -> None:
    screen, log = config.channels
    (morning,) = config.digests

    assert screen.quiet == QuietHours(start=time(22), end=time(7), zone="Europe/Oslo")
    assert (screen.per_hour, log.per_hour, log.quiet) == (5, 60, None)
    assert (morning.at, morning.days, morning.channels) == ((time(7), time(18, 30)), ("mon", "fri"), ("screen", "log"))
    assert morning.name == "Morning digest"


def test_settings_are_in_seconds(config: Config) -> None:
    assert config.settings == Settings(
        contact="desk@wire.example",
        allow_private=("127.0.0.0/8",),
        resolve={"wire.example": "127.0.0.1"},
        delay_s=0,
        listen="127.0.0.1:9000",
        max_age_s=2 * 86400,
        owner_channel="screen",
        zone="Europe/Oslo",
    )


def test_an_empty_folder_is_an_empty_configuration_with_the_defaults(tmp_path: Path) -> None:
    config = load_config(tmp_path)

    assert (config.outlets, config.people, config.channels) == ((), (), ())
    assert config.settings == Settings()


def test_a_command_is_not_disturbed_by_mistakes_in_files_that_it_does_not_use(folder: Path) -> None:
    (folder / "channels.toml").write_text("half", encoding="utf-8")

    config = load_config(folder, only=("people", "topics"))

    assert [person.slug for person in config.people] == ["anna-berg"]
    assert config.watchlists == ()


def test_watchlists_alone_are_not_asked_for_what_was_not_read(folder: Path) -> None:
    config = load_config(folder, only=("watchlists",))

    assert [watchlist.slug for watchlist in config.watchlists] == ["north", "any"]


def test_references_are_followed_as_far_as_the_files_were_read(folder: Path) -> None:
    (folder / "watchlists.toml").write_text(
        '[north]\nname = "North"\npeople = ["anna-berg"]\ninstant = ["gone"]\n', encoding="utf-8"
    )

    with pytest.raises(ConfigError, match="no channel 'gone'"):
        load_config(folder, only=("watchlists", "channels"))


def test_a_channel_that_cannot_work_is_refused_with_its_line(folder: Path) -> None:
    def check(channel: Channel) -> str | None:
        return None if channel.url == "console:" else "nobody knows this service"

    with pytest.raises(ConfigError) as refused:
        load_config(folder, check_channel=check)

    assert refused.value.problems == [f"{folder}/channels.toml:8: channel.log.url: nobody knows this service"]
    assert load_config(folder, only=("people",), check_channel=check).channels == ()


def test_the_version_is_of_the_content_and_of_nothing_else(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    for name, text in FILES.items():
        (other / f"{name}.toml").write_text(text, encoding="utf-8")
    before = load_config(folder).version

    same = load_config(other).version
    (other / "topics.toml").write_text(FILES["topics"] + "# a word\n", encoding="utf-8")
    changed = load_config(other).version

    assert before == same
    assert changed != before


def test_marks_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    text = '[anna-berg]\r\nname = "Anna Berg"\r\n'
    (tmp_path / "people.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert load_config(tmp_path).people[0].name == "Anna Berg"


@pytest.mark.parametrize("zone", ["Europe/Brussels", "UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])
def test_zones_are_iana_names(tmp_path: Path, zone: str) -> None:
    (tmp_path / "settings.toml").write_text(f'[alerts]\nzone = "{zone}"\n', encoding="utf-8")

    assert load_config(tmp_path).settings.zone == zone


@pytest.mark.parametrize("contact", ["desk@wire.example", "https://wire.example/about-our-robot", ""])
def test_a_contact_is_a_mail_or_web_address(tmp_path: Path, contact: str) -> None:
    (tmp_path / "settings.toml").write_text(f'[network]\ncontact = "{contact}"\n', encoding="utf-8")

    assert load_config(tmp_path).settings.contact == contact


@pytest.mark.parametrize("listen", ["127.0.0.1:8484", "localhost:0", "[::1]:8484", "0.0.0.0:80"])
def test_the_desk_listens_on_a_host_and_a_port(tmp_path: Path, listen: str) -> None:
    (tmp_path / "settings.toml").write_text(f'[web]\nlisten = "{listen}"\n', encoding="utf-8")

    assert load_config(tmp_path).settings.listen == listen
