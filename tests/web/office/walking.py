"""A browser on the office, and hands that only have a keyboard."""

from __future__ import annotations

from datetime import date
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from docgen.access import Role
from tests.web.office.conftest import COOKIE, Office

DESKTOP = ViewportSize(width=1280, height=900)


def tab(
    chromium: Browser, up: Office, role: Role | None, size: ViewportSize = DESKTOP, **more: Any
) -> BrowserContext:
    """A browser of somebody of that role, already inside."""
    context = chromium.new_context(viewport=size, base_url=up.url, locale="fr-FR", **more)
    if role is not None:
        context.add_cookies([{"name": COOKIE, "value": up.secrets[role], "url": up.url}])
    return context


_FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const label = e.getAttribute('aria-label') || e.labels?.[0]?.innerText;
  const words = label || e.innerText || e.value;
  return {
    tag: e.tagName, id: e.id, words: (words || '').replace(/\\s+/g, ' ').trim(),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 1 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def type_day(page: Page, day: date) -> None:
    """Type a day in the date field that has the focus, in the order of this browser's language."""
    for order in ("%d%m%Y", "%m%d%Y"):
        page.keyboard.type(f"{day:{order}}")
        if page.evaluate("document.activeElement.value") == day.isoformat():
            return
        # Back from the year to the field's first part.
        for _ in range(2):
            page.keyboard.press("Shift+Tab")
    raise AssertionError(f"{day} cannot be typed")


def tab_to(page: Page, words: str, most: int = 160) -> None:
    """Press Tab until what bears these words has the focus; each stop must be seen."""
    passed: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        passed.append(stop["words"])
        if stop["tag"] == "BODY":
            continue
        assert stop["ring"], stop
        assert stop["seen"], stop
        if stop["words"].startswith(words):
            return
    raise AssertionError(f"« {words} » is not reached: {passed}")
