"""Main-thread time a frame while the list is scrolled over 100,000 rows, in Chromium.

    python bench/grid_scroll.py http://127.0.0.1:8700 [/oms/sales_order]

Needs a running server with the sample company. Its first page of records is given to the
screen again and again, so that the grid holds 100,000 rows without a wait for the server; they
are drawn, coloured and measured as any others. Time is Chromium's own `TaskDuration` (scripts,
styles, layout, painting on the main thread) over the frames that were asked for, in ticks of its
thread, so that other work on the machine doesn't count.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROWS, STEPS = 100_000, 200
NOTCH, FLING = 120, 400
"""Pixels a frame: a notch of the wheel, three rows; a fling, ten rows."""
SCROLL = """async ([steps, step]) => {
  const grid = document.querySelector(".q-grid");
  const frames = [];
  for (let at = 0; at < steps; at += 1) {
    grid.scrollTop += step;
    frames.push(await new Promise(requestAnimationFrame));
  }
  return [frames.length, frames.at(-1) - frames[0], grid.scrollTop];
}"""


MANY = """([object, rows]) => {
  const real = window.fetch;
  window.fetch = async (address, options) => {
    const answer = await real(address, options);
    if (!String(address).startsWith(`/api/records/${object}?`)) return answer;
    const { records } = await answer.json();
    const copies = Array.from({ length: rows }, (_, at) => ({ ...records[at % records.length], id: at + 1 }));
    const body = { records: copies, next: null, count: { value: rows, exact: true } };
    return { ok: true, status: 200, text: async () => JSON.stringify(body) };
  };
}"""


def busy(session: Any) -> float:
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"] * 1000


def measure(page: Page, step: int) -> tuple[float, float]:
    """Milliseconds of main thread a frame, and frames a second."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(SCROLL, [60, step])
    before = busy(session)
    frames, passed, _ = page.evaluate(SCROLL, [STEPS, step])
    return (busy(session) - before) / frames, 1000 * frames / passed


def main(address: str, path: str = "/oms/sales_order") -> None:
    app, name = path.strip("/").split("?")[0].split("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        given = {"workspace": "harbour", "login": "owner", "password": "harbour"}
        context.request.post("/api/session", data=given, headers={"x-queti": "1"})
        page = context.new_page()
        page.add_init_script(f"({MANY})({json.dumps([f'{app}.{name}', ROWS])})")
        page.goto(path)
        page.locator(".q-grid-row").nth(5).wait_for()
        for step in (NOTCH, FLING):
            cost, rate = measure(page, step)
            print(f"{step} pixels a frame: {cost:.1f} ms of main thread a frame, {rate:.0f} frames a second")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
