"""The environment, read once into one frozen `Settings`; refuses to start on a missing or odd value.

Each refusal is one sentence that names the variable, says what is wrong and what it should be. No sentence
ever repeats a value: a secret pasted into the wrong variable must not reach a log.
"""

import difflib
import hashlib
import hmac
import math
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

HERE = Path(__file__).resolve().parent
INSTANCE = HERE / "instance"

SHORTEST_SECRET = 32
NUMBER = r"\+[1-9][0-9]{6,14}"
SHAPES = {
    "TWILIO_ACCOUNT_SID": ("AC[0-9a-fA-F]{32}", "AC followed by 32 hexadecimal digits"),
    "TWILIO_MESSAGING_SERVICE_SID": ("MG[0-9a-fA-F]{32}", "MG followed by 32 hexadecimal digits"),
    "TWILIO_SMS_FROM": (f"{NUMBER}|[0-9]{{5,6}}", "a number like +14135550100, or a short code"),
    "TWILIO_WHATSAPP_FROM": (f"(whatsapp:)?{NUMBER}", "a number like +14135550100"),
}
SWITCH = {
    "on": True,
    "yes": True,
    "true": True,
    "1": True,
    "off": False,
    "no": False,
    "false": False,
    "0": False,
}


class SettingsError(Exception):
    """The environment cannot be worked with; the message is one sentence for whoever starts the service."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked. Secrets and URLs that may hold one stay out of its `repr`."""

    database_url: str = field(repr=False)
    """An SQLAlchemy URL with its driver: `sqlite:///…` or `postgresql+psycopg://…`."""
    redis_url: str | None = field(repr=False)
    port: int
    public_url: str
    """Scheme, host and port, without a trailing slash."""
    secret_key: str = field(repr=False)
    twilio_account_sid: str | None
    """Set exactly where Twilio is the phone network."""
    twilio_auth_token: str | None = field(repr=False)
    twilio_auth_token_secondary: str | None = field(repr=False)
    twilio_messaging_service_sid: str | None
    twilio_sms_from: str | None
    """+1… or a short code."""
    twilio_whatsapp_from: str | None
    """+1…, without `whatsapp:` in front."""
    twilio_api_url: str | None
    messages_per_second: float
    simulator: bool
    example: bool
    """Whether `make run` fills an empty database with the example data."""
    warnings: tuple[str, ...]
    """Sentences worth showing at the start; none of them is a reason not to start."""

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """What a webhook's signature may be made with: Twilio's tokens, else one that only we know.

        There is always at least one, so that a webhook never accepts an unsigned request.
        """
        if self.twilio_auth_token is None:
            return (_simulated_token(self.secret_key),)
        return tuple(filter(None, (self.twilio_auth_token, self.twilio_auth_token_secondary)))


NAMES = tuple(each.name.upper() for each in fields(Settings) if each.name != "warnings")
"""Every variable that is read, here and nowhere else. An empty one counts as unset."""


def refused(name: str, wrong: str, should_be: str) -> SettingsError:
    """One sentence: which variable, what is wrong with it, what it should be."""
    return SettingsError(f"{name} {wrong}; it should be {should_be}.")


def from_environment() -> Settings:
    """The settings of this process: its environment, and `.env` for what that leaves unset."""
    from_file = {name: value for name, value in dotenv_values(HERE / ".env").items() if value is not None}
    return load(from_file | dict(os.environ))


def load(environ: Mapping[str, str], *, instance: Path = INSTANCE) -> Settings:
    """Read and check `environ`. `instance` is the folder for what is made here: a database, a secret key.

    Raises SettingsError.
    """
    given = {name: environ[name].strip() for name in NAMES if environ.get(name, "").strip()}
    _check_twilio(given)
    has_twilio = "TWILIO_ACCOUNT_SID" in given
    port = _port(given)
    return Settings(
        database_url=_database_url(given, instance),
        redis_url=_redis_url(given),
        port=port,
        public_url=_origin("PUBLIC_URL", given) or f"http://127.0.0.1:{port}",
        secret_key=_secret_key(given, instance),
        twilio_account_sid=given.get("TWILIO_ACCOUNT_SID"),
        twilio_auth_token=given.get("TWILIO_AUTH_TOKEN"),
        twilio_auth_token_secondary=given.get("TWILIO_AUTH_TOKEN_SECONDARY"),
        twilio_messaging_service_sid=given.get("TWILIO_MESSAGING_SERVICE_SID"),
        twilio_sms_from=given.get("TWILIO_SMS_FROM"),
        twilio_whatsapp_from=_whatsapp_from(given),
        twilio_api_url=_origin("TWILIO_API_URL", given),
        messages_per_second=_messages_per_second(given),
        simulator=_switch("SIMULATOR", given, default=not has_twilio),
        example=_switch("EXAMPLE", given, default=True),
        warnings=(*_misspelt(environ, given), *_doubtful(given)),
    )


def _check_twilio(given: Mapping[str, str]) -> None:
    _check_credentials(given)
    for name, (shape, should_be) in SHAPES.items():
        if name in given and not re.fullmatch(shape, given[name]):
            raise refused(name, "has the wrong form", should_be)


def _check_credentials(given: Mapping[str, str]) -> None:
    sid, token, second = "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_SECONDARY"
    for there, missing in ((sid, token), (token, sid), (second, token)):
        if there in given and missing not in given:
            raise refused(missing, f"is missing while {there} is set", "set too, or both unset for the simulator")
    if sid in given and "SECRET_KEY" not in given:
        raise refused("SECRET_KEY", "is missing while Twilio is configured", "a long random text")
    if sid in given and _switch("SIMULATOR", given, default=False):
        raise refused("SIMULATOR", "is on while Twilio is configured", "off or unset there")


def _whatsapp_from(given: Mapping[str, str]) -> str | None:
    number = given.get("TWILIO_WHATSAPP_FROM")
    return number and number.removeprefix("whatsapp:")


def _simulated_token(secret_key: str) -> str:
    return hmac.new(secret_key.encode(), b"signatures of the simulator", hashlib.sha256).hexdigest()


def _database_url(given: Mapping[str, str], instance: Path) -> str:
    if "DATABASE_URL" not in given:
        _make_folder(instance, "DATABASE_URL")
        return f"sqlite:///{instance / 'lucero.db'}"
    try:
        url = make_url(re.sub(r"^postgres(?=:|\+)", "postgresql", given["DATABASE_URL"]))
    except (ArgumentError, ValueError):
        raise _bad_database("is not a database URL") from None
    if url.get_backend_name() == "postgresql" and url.drivername in ("postgresql", "postgresql+psycopg"):
        if not url.database:
            raise _bad_database("names no database")
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername == "sqlite":
        _check_sqlite_file(url.database)
        return url.render_as_string(hide_password=False)
    raise _bad_database("is for a kind of database or a driver that is not supported")


def _check_sqlite_file(file: str | None) -> None:
    if not file or file == ":memory:" or file.startswith("file:"):
        raise _bad_database("names no SQLite file")
    if not Path(file).parent.is_dir():
        raise _bad_database("names a SQLite file in a folder that does not exist")


def _bad_database(wrong: str) -> SettingsError:
    like = "like postgresql://user:password@host/name or sqlite:////folder/lucero.db"
    return refused("DATABASE_URL", wrong, like)


def _redis_url(given: Mapping[str, str]) -> str | None:
    if "REDIS_URL" not in given:
        return None
    url = _split(given["REDIS_URL"])
    if url and ((url.scheme in ("redis", "rediss") and url.hostname) or (url.scheme == "unix" and url.path)):
        return given["REDIS_URL"]
    raise SettingsError("REDIS_URL is not the URL of a Redis; it should be like redis://host:6379/0, or unset.")


def _origin(name: str, given: Mapping[str, str]) -> str | None:
    if name not in given:
        return None
    text = given[name].removesuffix("/")
    url = _split(text)
    if not url or url.scheme not in ("http", "https") or not url.hostname:
        wrong = "is not a web address"
    elif url.username or url.password:
        wrong = "holds a user or a password"
    elif url.path or "?" in text or "#" in text:
        wrong = "goes on after the host"
    else:
        return text
    raise refused(name, wrong, "only scheme and host, like https://texts.example.org")


def _split(text: str) -> SplitResult | None:
    """The parts of a URL, or None where it cannot be one."""
    if re.search(r"\s", text):
        return None
    try:
        url = urlsplit(text)
        _ = url.port  # raises where the port is no port
    except ValueError:
        return None
    return url


def _port(given: Mapping[str, str]) -> int:
    text = given.get("PORT", "8000")
    if re.fullmatch("[0-9]{1,5}", text) and 1 <= int(text) <= 65535:
        return int(text)
    raise refused("PORT", "is not a port", "a whole number from 1 to 65535, like 8000")


def _messages_per_second(given: Mapping[str, str]) -> float:
    try:
        rate = float(given.get("MESSAGES_PER_SECOND", "1"))
    except ValueError:
        rate = math.nan
    if math.isfinite(rate) and rate > 0:
        return rate
    raise refused("MESSAGES_PER_SECOND", "is not a rate", "a number above 0, like 1 or 0.5")


def _switch(name: str, given: Mapping[str, str], *, default: bool) -> bool:
    if name not in given:
        return default
    try:
        return SWITCH[given[name].lower()]
    except KeyError:
        raise refused(name, "is neither on nor off", "one of the two, or unset") from None


def _secret_key(given: Mapping[str, str], instance: Path) -> str:
    if "SECRET_KEY" in given:
        return given["SECRET_KEY"]
    file = instance / "secret_key"
    _make_folder(instance, "SECRET_KEY")
    try:
        if not file.exists():
            _write_secret(file)
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if len(key) < SHORTEST_SECRET:
        wrong = "is unset and cannot be kept in instance/secret_key"
        raise refused("SECRET_KEY", wrong, "a long random text, or that file whole and ours to read")
    return key


def _write_secret(file: Path) -> None:
    """Write a new key, readable by its owner only; of several processes at once the first one's stays.

    It is written elsewhere and then linked, so no process ever reads half a key.
    """
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".secret_key") as folder:
        draft = Path(folder) / "secret_key"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            return


def _make_folder(folder: Path, name: str) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        wrong = "is unset and the folder instance/ cannot be made"
        raise refused(name, wrong, "set, or that folder writable") from None


def _misspelt(environ: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like one of ours and is not read."""
    unset = [name for name in NAMES if name not in given and len(name) > len("SHORT")]
    sentences = []
    for name in sorted(set(environ) - set(NAMES)):
        meant = difflib.get_close_matches(name.upper(), unset, n=1, cutoff=0.85)
        if meant:
            sentences.append(f"{name} is set but not read; did you mean {meant[0]}?")
        elif name.startswith("TWILIO_"):
            sentences.append(f"{name} is set but not read; docs/running.md lists what is.")
    return sentences


def _doubtful(given: Mapping[str, str]) -> list[str]:
    """A sentence for each setting that is allowed and probably not meant."""
    senders = [name for name in NAMES if name in given and name.endswith(("_FROM", "_SERVICE_SID"))]
    sentences = []
    if "TWILIO_ACCOUNT_SID" not in given:
        sentences += [f"{name} has no effect without TWILIO_ACCOUNT_SID." for name in senders]
    elif not senders:
        sentences.append("No sender is set: without TWILIO_MESSAGING_SERVICE_SID only replies can be sent.")
    if "TWILIO_ACCOUNT_SID" in given and "PUBLIC_URL" not in given:
        sentences.append("PUBLIC_URL is unset: signatures are checked against this machine's own address.")
    if "SECRET_KEY" in given and len(given["SECRET_KEY"]) < SHORTEST_SECRET:
        sentences.append(f"SECRET_KEY is short: {SHORTEST_SECRET} random characters or more keep sign-ins safe.")
    return sentences
