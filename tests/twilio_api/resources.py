"""Messages and contents as Twilio's JSON has them, and their pages."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import format_datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from tests.twilio_api.drafts import Content
from tests.twilio_api.record import Processed

Json = dict[str, Any]
Query = Mapping[str, str]


def message(account_sid: str, processed: Processed) -> Json:
    """A message. With a service, sender and segments are told once it has been sent."""
    unassigned = processed.service is not None and processed.sent is None
    uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{processed.sid}"
    created = _rfc2822(processed.created)
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": processed.body,
        "date_created": created,
        "date_sent": None if processed.sent is None else _rfc2822(processed.sent),
        "date_updated": created if processed.sent is None else _rfc2822(processed.sent),
        "direction": "outbound-api",
        "error_code": processed.error_code,
        "error_message": None,
        "from": None if unassigned else processed.from_,
        "messaging_service_sid": processed.service,
        "num_media": "0",
        "num_segments": "0" if unassigned else str(processed.segments),
        "price": None,
        "price_unit": None,
        "sid": processed.sid,
        "status": processed.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": processed.to,
        "uri": f"{uri}.json",
    }


def page_of_messages(account_sid: str, newest_first: Iterable[Processed], query: Query) -> Json:
    """The page that `query` asks for, by PageToken (the SID that it follows) and PageSize."""
    size, uri = page_size(query), f"/2010-04-01/Accounts/{account_sid}/Messages.json"
    found = _after(query.get("PageToken"), (item for item in newest_first if _matches(item, query)))
    shown = list(islice(found, size + 1))
    number = int(query.get("Page", "0"))
    asked = {name: value for name, value in query.items() if name not in {"Page", "PageToken"}}
    more = {**asked, "PageSize": size, "Page": number + 1, "PageToken": shown[size - 1].sid} if shown[size:] else None
    return {
        "messages": [message(account_sid, item) for item in shown[:size]],
        "start": number * size,
        "end": number * size + max(len(shown[:size]) - 1, 0),
        "page": number,
        "page_size": size,
        "uri": f"{uri}?{urlencode(query)}",
        "first_page_uri": f"{uri}?{urlencode({**asked, 'PageSize': size, 'Page': 0})}",
        "next_page_uri": f"{uri}?{urlencode(more)}" if more else None,
        "previous_page_uri": None,
    }


def page_of_contents(url: str, contents: Sequence[Content], query: Query) -> Json:
    """The page of contents that `query` asks for, by Page and PageSize. `url` is the list's own."""
    size, number = page_size(query), int(query.get("Page", "0"))
    has_more = len(contents) > (number + 1) * size
    return {
        "contents": list(contents[number * size : (number + 1) * size]),
        "meta": {
            "page": number,
            "page_size": size,
            "first_page_url": f"{url}?PageSize={size}&Page=0",
            "previous_page_url": f"{url}?PageSize={size}&Page={number - 1}" if number else None,
            "next_page_url": f"{url}?PageSize={size}&Page={number + 1}" if has_more else None,
            "url": f"{url}?PageSize={size}&Page={number}",
            "key": "contents",
        },
    }


def approval(account_sid: str, content: Content, url: str) -> Json:
    """How far WhatsApp's approval of a content is."""
    requests = content.get("approval_requests") or {"status": "unsubmitted", "rejection_reason": ""}
    return {
        "sid": content["sid"],
        "account_sid": account_sid,
        "whatsapp": {"type": "whatsapp", **requests},
        "url": url,
    }


def page_size(query: Query) -> int:
    return min(max(int(query.get("PageSize", "50")), 1), 1000)


def _after(sid: str | None, messages: Iterable[Processed]) -> Iterable[Processed]:
    remaining = iter(messages)
    if sid is not None:
        for item in remaining:
            if item.sid == sid:
                break
    return remaining


def _matches(processed: Processed, query: Query) -> bool:
    """Whether a message is asked for. One not sent yet answers to no date: the harder of the two readings."""
    if query.get("From", processed.from_) != processed.from_:
        return False
    for name, is_so in _DATES.items():
        if query.get(name) and not (processed.sent and is_so(_utc(processed.sent), query[name])):
            return False
    return True


def _utc(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Twilio takes days (2026-11-22) and moments (2026-11-22T10:00:00Z): what is not told is not compared.
_DATES: dict[str, Callable[[str, str], bool]] = {
    "DateSent": lambda sent, asked: sent[: len(asked)] == asked,
    "DateSent<": lambda sent, asked: sent[: len(asked)] <= asked,
    "DateSent>": lambda sent, asked: sent[: len(asked)] >= asked,
}


def _rfc2822(moment: float) -> str:
    return format_datetime(dt.datetime.fromtimestamp(moment, dt.UTC))
