"""The same rows as a plain table, CSV, an Excel sheet, or JSON."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

Record = dict[str, Any]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts with one of these is a formula to a spreadsheet, whoever wrote it."""


def record(row: Any) -> Record:
    """A dataclass as a dict in the order of its fields."""
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}


def as_json(records: Iterable[Record] | Record) -> str:
    """JSON as documented: times ISO 8601 with offset, a wall time as HH:MM."""
    return json.dumps(
        records if isinstance(records, dict) else list(records), default=_plain, ensure_ascii=False, indent=2
    )


def cell(value: object) -> str:
    """A value as a person reads it in a table."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dt.datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case list():
            return ", ".join(map(cell, value))
        case dict():
            return ", ".join(f"{key}: {cell(inner)}" for key, inner in value.items())
    return str(_plain(value))


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def table(records: Sequence[Record], headers: Sequence[str]) -> str:
    """Columns side by side, as wide as what stands in them."""
    lines = [[header.replace("_", " ") for header in headers]]
    lines += [[_one_line(cell(entry[header])) for header in headers] for entry in records]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)


def as_csv(records: Sequence[Record], headers: Sequence[str]) -> bytes:
    """CSV in UTF-8, with the byte order mark that Excel needs to believe it."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(headers)
    writer.writerows([harmless(cell(entry[header])) for header in headers] for entry in records)
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(records: Sequence[Record], headers: Sequence[str], title: str) -> bytes:
    """An Excel workbook of one sheet: every cell is text or a number, never a formula or a link."""
    # Only this format needs it, and it takes a while to load; it ships no types.
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, headers, bold)
        for number, entry in enumerate(records, 1):
            for column, header in enumerate(headers):
                _write(sheet, number, column, entry[header])
        sheet.autofit()
    return written.getvalue()


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, cell(value))


def _sheet_name(title: str) -> str:
    """Excel takes 31 characters, and not all of them."""
    return "".join("-" if letter in "[]:*?/\\'" else letter for letter in title)[:31]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(value: object) -> object:
    match value:
        case dt.time():
            return value.strftime("%H:%M")
        case dt.date():
            return value.isoformat()
    return str(value)
