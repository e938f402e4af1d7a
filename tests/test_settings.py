import re
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import settings
from settings import Settings, SettingsError

SID = "AC" + "0123456789abcdef" * 2
SERVICE = "MG" + "0123456789abcdef" * 2
TWILIO = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "a-token", "SECRET_KEY": "k" * 40}


def load(instance: Path, **environ: str) -> Settings:
    return settings.load(environ, instance=instance)


def test_nothing_set_is_a_working_service(tmp_path: Path) -> None:
    found = load(tmp_path / "instance")
    assert found.database_url == f"sqlite:///{tmp_path}/instance/lucero.db"
    assert (found.port, found.public_url) == (8000, "http://127.0.0.1:8000")
    assert (found.redis_url, found.twilio_account_sid) == (None, None)
    assert (found.simulator, found.example, found.messages_per_second) == (True, True, 1.0)
    assert found.warnings == ()


def test_an_empty_value_counts_as_unset(tmp_path: Path) -> None:
    assert load(tmp_path, **dict.fromkeys(settings.NAMES, " ")) == load(tmp_path)


def test_everything_set(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        **TWILIO,
        DATABASE_URL="postgres://lucero:p%40ss@db.example.org:5433/texts?sslmode=require",
        REDIS_URL="rediss://:secret@cache.example.org/1",
        PORT="80",
        PUBLIC_URL="https://texts.example.org/",
        TWILIO_AUTH_TOKEN_SECONDARY="next-token",
        TWILIO_MESSAGING_SERVICE_SID=SERVICE,
        TWILIO_SMS_FROM="+14135550100",
        TWILIO_WHATSAPP_FROM="whatsapp:+14135550101",
        TWILIO_API_URL="http://127.0.0.1:9000",
        MESSAGES_PER_SECOND="2.5",
        SIMULATOR="OFF",
        EXAMPLE="no",
    )
    assert found.database_url == ("postgresql+psycopg://lucero:p%40ss@db.example.org:5433/texts?sslmode=require")
    assert found.redis_url == "rediss://:secret@cache.example.org/1"
    assert (found.port, found.public_url) == (80, "https://texts.example.org")
    assert found.auth_tokens == ("a-token", "next-token")
    assert (found.twilio_sms_from, found.twilio_whatsapp_from) == ("+14135550100", "+14135550101")
    assert found.twilio_api_url == "http://127.0.0.1:9000"
    assert (found.messages_per_second, found.simulator, found.example) == (2.5, False, False)
    assert found.warnings == ()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgres+psycopg"])
def test_every_spelling_of_postgres_means_psycopg_3(tmp_path: Path, scheme: str) -> None:
    assert load(tmp_path, DATABASE_URL=f"{scheme}://h/d").database_url == "postgresql+psycopg://h/d"


def test_a_sqlite_file_elsewhere(tmp_path: Path) -> None:
    assert load(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/x.db").database_url == f"sqlite:///{tmp_path}/x.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "lucero.db"),
        ("DATABASE_URL", "mysql://u:p@h/d"),
        ("DATABASE_URL", "postgresql+psycopg2://u:p@h/d"),
        ("DATABASE_URL", "postgresql+asyncpg://u:p@h/d"),
        ("DATABASE_URL", "postgresql://u:p@h"),
        ("DATABASE_URL", "postgresql://u:p@h:port/d"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///file:memory?mode=memory&uri=true"),
        ("DATABASE_URL", "sqlite:////no/such/folder/lucero.db"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://host:port"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "80a"),
        ("PORT", "8000.0"),
        ("PORT", "٨٠"),
        ("PUBLIC_URL", "texts.example.org"),
        ("PUBLIC_URL", "ftp://texts.example.org"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://texts.example.org/lucero"),
        ("PUBLIC_URL", "https://texts.example.org?a=b"),
        ("PUBLIC_URL", "https://texts.example.org#top"),
        ("PUBLIC_URL", "https://u:p@texts.example.org"),
        ("PUBLIC_URL", "https://texts.example.org:x"),
        ("PUBLIC_URL", "https://texts example.org"),
        ("TWILIO_API_URL", "api.twilio.com"),
        ("TWILIO_API_URL", "https://api.twilio.com/2010-04-01"),
        ("TWILIO_SMS_FROM", "413-555-0100"),
        ("TWILIO_SMS_FROM", "whatsapp:+14135550100"),
        ("TWILIO_WHATSAPP_FROM", "4135550100"),
        ("TWILIO_MESSAGING_SERVICE_SID", SID),
        ("MESSAGES_PER_SECOND", "0"),
        ("MESSAGES_PER_SECOND", "-2"),
        ("MESSAGES_PER_SECOND", "ten"),
        ("MESSAGES_PER_SECOND", "nan"),
        ("MESSAGES_PER_SECOND", "inf"),
        ("SIMULATOR", "maybe"),
        ("EXAMPLE", "none"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    assert_one_sentence(refusal(tmp_path, {name: value}), name, value)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID"),
        ({"TWILIO_ACCOUNT_SID": "AC123"}, "TWILIO_ACCOUNT_SID"),
        ({"TWILIO_ACCOUNT_SID": "SK" + SID[2:]}, "TWILIO_ACCOUNT_SID"),
        ({"TWILIO_ACCOUNT_SID": SID[:-1] + "g"}, "TWILIO_ACCOUNT_SID"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SIMULATOR": "on"}, "SIMULATOR"),
    ],
)
def test_twilio_half_configured_stops_the_start(tmp_path: Path, changed: dict[str, str], name: str) -> None:
    assert_one_sentence(refusal(tmp_path, TWILIO | changed), name, *TWILIO.values())


def test_a_secondary_token_alone_stops_the_start(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, {"TWILIO_AUTH_TOKEN_SECONDARY": "next-token"})
    assert_one_sentence(sentence, "TWILIO_AUTH_TOKEN", "next-token")


def test_twilio_needs_no_sender_to_answer(tmp_path: Path) -> None:
    found = load(tmp_path, **TWILIO, PUBLIC_URL="https://texts.example.org")
    assert (found.simulator, found.auth_tokens) == (False, ("a-token",))
    assert len(found.warnings) == 1
    assert "TWILIO_MESSAGING_SERVICE_SID" in found.warnings[0]


def test_the_simulator_signs_with_a_token_that_cannot_be_guessed(tmp_path: Path) -> None:
    (token,) = load(tmp_path, SECRET_KEY="k" * 40).auth_tokens
    assert load(tmp_path, SECRET_KEY="k" * 40).auth_tokens == (token,)
    assert load(tmp_path, SECRET_KEY="j" * 40).auth_tokens != (token,)
    assert len(token) == 64


def test_a_secret_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first = load(tmp_path).secret_key
    assert len(first) >= settings.SHORTEST_SECRET
    assert load(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def key_made_in(instance: Path) -> str:
    return load(instance).secret_key


def test_processes_that_start_together_agree_on_the_secret_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        for start in range(5):
            keys = list(pool.map(key_made_in, [tmp_path / str(start)] * 8))
            assert len(set(keys)) == 1


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 64])
def test_a_broken_secret_key_file_stops_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    assert_one_sentence(refusal(tmp_path, {}), "SECRET_KEY")


def test_an_instance_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    assert_one_sentence(refusal(tmp_path / "no" / "such", {}), "DATABASE_URL")
    in_place = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    assert_one_sentence(refusal(tmp_path / "no" / "such", in_place), "SECRET_KEY")


def test_nothing_is_written_where_everything_is_given(tmp_path: Path) -> None:
    load(tmp_path / "no" / "such", **TWILIO, DATABASE_URL="postgresql://h/d")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DATABASE_URI", "DATABASE_URL"),
        ("SECRETKEY", "SECRET_KEY"),
        ("TWILIO_TOKEN_SECONDARY", "TWILIO_AUTH_TOKEN_SECONDARY"),
        ("public_url", "PUBLIC_URL"),
        ("TWILIO_REGION", "docs/running.md"),
    ],
)
def test_a_name_that_is_nearly_ours_is_worth_a_warning(tmp_path: Path, name: str, meant: str) -> None:
    (warning,) = load(tmp_path, **{name: "the-value"}).warnings
    assert name in warning
    assert meant in warning
    assert "the-value" not in warning


def test_a_sender_without_credentials_and_a_short_key_are_worth_a_warning(tmp_path: Path) -> None:
    warnings = load(tmp_path, TWILIO_SMS_FROM="72345", SECRET_KEY="short").warnings
    assert [sentence.split()[0] for sentence in warnings] == ["TWILIO_SMS_FROM", "SECRET_KEY"]


def test_secrets_stay_out_of_the_repr(tmp_path: Path) -> None:
    shown = repr(load(tmp_path, **TWILIO, DATABASE_URL="postgresql://u:hidden@h/d", REDIS_URL="redis://:hidden@h"))
    assert not re.search(r"hidden|a-token|kkkk", shown)


def test_every_variable_is_explained() -> None:
    explained = (settings.HERE / "docs" / "running.md").read_text(encoding="utf-8")
    example = (settings.HERE / ".env.example").read_text(encoding="utf-8")
    assert [name for name in settings.NAMES if f"`{name}`" not in explained] == []
    assert [name for name in settings.NAMES if f"{name}=" not in example] == []


def refusal(instance: Path, environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        settings.load(environ, instance=instance)
    return str(refused.value)


def assert_one_sentence(sentence: str, name: str, *never_said: str) -> None:
    assert sentence.startswith(f"{name} ")
    assert "; it should be " in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    what_is_wrong = sentence.partition("; it should be ")[0]
    assert not [value for value in never_said if len(value) > 4 and value in what_is_wrong]
