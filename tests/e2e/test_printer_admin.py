"""The page of printers with a real server and a simulated printer: add, test, remove; the ticket's layout."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.conftest import DEMO_PASSWORD, RunningServer
from tests.e2e.conftest import DESKTOP, Api, Screens, set_printers
from tests.printer.simulator import Simulator
from tests.waiting import wait_until

RASTER = b"\x1dv0"


@pytest.fixture
def page_of(
    sqlite_hall_url: str, start_server: Callable[[str], RunningServer], screens: Screens
) -> Callable[..., tuple[RunningServer, Page]]:
    """Open an administrator's page of a hall whose printers have these addresses."""

    def open_page(**addresses: str) -> tuple[RunningServer, Page]:
        set_printers(sqlite_hall_url, **addresses)
        server = start_server(sqlite_hall_url)
        page = screens.open(f"{server.base}/counter/sign-in", **DESKTOP)
        page.fill("#username", "pengelola")
        page.fill("#password", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        expect(page).not_to_have_url(f"{server.base}/counter/sign-in", timeout=30_000)
        page.goto(f"{server.base}/admin/printers?language=id")
        expect(page.locator("[data-printer=utama]")).to_be_visible(timeout=30_000)
        return server, page

    return open_page


def row(page: Page, code: str) -> Locator:
    """Find a printer in the list."""
    return page.locator(f"[data-printer={code}]")


def press(place: Locator | Page, words: str) -> None:
    """Press a button."""
    place.get_by_role("button", name=words, exact=True).click()


def test_a_printer_is_found_added_tested_and_removed(
    page_of: Callable[..., tuple[RunningServer, Page]], tmp_path: Path
) -> None:
    with Simulator("full") as paper, Simulator("full+paper_out") as empty:
        _, page = page_of(utama=empty.url, lobi=f"preview://{tmp_path / 'preview'}")
        expect(row(page, "utama")).to_contain_text("kertas habis", timeout=30_000)
        expect(row(page, "utama")).to_contain_text("pasang gulungan baru")
        page.fill("input[name=hosts]", paper.url.removeprefix("tcp://"))
        press(page.locator("#finder"), "Cari")
        result = page.locator("#finder .printer", has_text=paper.url)
        expect(result).to_contain_text("menjawab", timeout=30_000)
        press(result, "Tambah printer")
        form = page.locator("#printer-form")
        expect(form.locator("input[name=url]")).to_have_value(paper.url)
        form.locator("input[name=code]").fill("lobi")
        press(form, "Tambah printer")
        expect(page.get_by_role("alert").first).to_contain_text("“lobi” sudah ada: pilih kode lain.", timeout=30_000)
        expect(page.get_by_role("alert").first.locator(".banner")).to_be_in_viewport(ratio=1)
        form.locator("input[name=code]").fill("info")
        form.get_by_label("Kios Lobi").check()
        press(form, "Tambah printer")
        expect(row(page, "info")).to_contain_text("siap", timeout=30_000)
        # A test that does not come out is followed in its row, and the others can be used meanwhile.
        press(row(page, "utama"), "Cetak uji")
        expect(row(page, "utama").get_by_role("status")).to_contain_text("masih dicoba (kertas habis)", timeout=30_000)
        press(row(page, "info"), "Cetak uji")
        expect(page.get_by_role("alert").first).to_contain_text("printer membuktikannya", timeout=30_000)
        expect(page.get_by_role("alert").first.locator(".banner")).to_be_in_viewport(ratio=1)
        assert len(paper.jobs) == 1
        empty.mode = "full"
        expect(row(page, "utama").get_by_role("status")).to_contain_text("printer membuktikannya", timeout=30_000)
        expect(row(page, "utama").locator(".chip").first).to_have_text("siap", timeout=5_000)
        press(row(page, "info"), "Hapus")
        press(page.locator("dialog"), "Batal")
        expect(row(page, "info")).to_be_visible()
        press(row(page, "info"), "Hapus")
        expect(page.locator("dialog")).to_contain_text("Kios lobi tidak mencetak lagi")
        press(page.locator("dialog"), "Hapus")
        expect(row(page, "info")).to_have_count(0, timeout=30_000)


def test_a_logo_is_seen_before_it_is_saved_and_printed_after(
    page_of: Callable[..., tuple[RunningServer, Page]], api: Callable[[int], Api]
) -> None:
    picture = BytesIO()
    Image.new("L", (100, 50), 0).save(picture, "PNG")
    with Simulator("full") as paper:
        server, page = page_of(utama=paper.url)
        editor = page.locator("ticket-editor")
        shown = editor.locator("img")
        expect(shown).to_be_visible(timeout=30_000)
        height = "(image) => image.complete && image.naturalHeight"
        before = wait_until(lambda: shown.evaluate(height), "the picture of a ticket")
        file = editor.locator("input[type=file]")
        file.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"})
        expect(editor.get_by_role("alert")).to_contain_text("bukan gambar PNG", timeout=30_000)
        file.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": picture.getvalue()})
        # 256 dots wide, so 128 high, and a line below it.
        wait_until(lambda: shown.evaluate(height) == before + 128 + 30, "the picture with the logo")
        api(server.port).issue(1, "before-it-is-saved", kiosk="utama")
        wait_until(lambda: len(paper.jobs) == 1, "a ticket")
        press(editor, "Simpan")
        expect(editor.get_by_role("alert")).to_contain_text("Disimpan", timeout=30_000)
        api(server.port).issue(1, "after-it-is-saved", kiosk="utama")
        wait_until(lambda: len(paper.jobs) == 2, "a ticket")
        assert [RASTER in job for job in paper.jobs] == [False, True]
        editor.get_by_label("Untuk").select_option(label="Disdukcapil")
        editor.get_by_label("Kode QR").uncheck()
        press(editor, "Simpan")
        expect(editor.get_by_label("Untuk").locator("option", has_text="Disdukcapil *")).to_have_count(
            1, timeout=30_000
        )
        api(server.port).issue(1, "without-a-code", kiosk="utama")
        wait_until(lambda: len(paper.jobs) == 3, "a ticket")
        assert (b"/t/" in paper.jobs[1], b"/t/" in paper.jobs[2], RASTER in paper.jobs[2]) == (True, False, True)
