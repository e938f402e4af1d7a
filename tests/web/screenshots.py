"""Takes the README's picture of the simulator: `python -m tests.web.screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from models.migrations import upgrade
from tests.servers import ROOT
from tests.web.browser import application, chromium, served

PICTURE = ROOT / "docs" / "images" / "simulator.png"
SAID = {
    "+14135550142": ["ola kiero apuntar mis ijos al verano", "2", "8 ba en 3"],
    "whatsapp:+13055550104": ["bonjou, ki moun ki pale kreyòl nan lekòl la"],
    "+15615550105": ["oi, quero a visita em casa"],
}


def main() -> None:
    """Hold three conversations and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/lucero.db"
        upgrade(url)
        with application(url, Path(folder), example=True) as app, served(app) as address, chromium() as browser:
            page = browser.new_page(viewport={"width": 1180, "height": 720})
            page.goto(f"{address}/simulator?" + "&".join(f"phone={phone.replace('+', '%2B')}" for phone in SAID))
            for number, texts in enumerate(SAID.values()):
                hold_conversation(page, number, texts)
            page.screenshot(path=PICTURE)


def hold_conversation(page: Page, number: int, texts: list[str]) -> None:
    phone = page.get_by_role("region").nth(number)
    for count, text in enumerate(texts, start=1):
        phone.get_by_role("textbox").fill(text)
        phone.get_by_role("textbox").press("Enter")
        phone.locator(".ours").nth(count - 1).wait_for()
    page.evaluate("document.activeElement.blur()")


if __name__ == "__main__":
    main()
