"""Admin pages of the displays in a browser: notices on the boards, pronunciation, pairing devices."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import RunningServer
from tests.e2e.conftest import BOARD, DESKTOP, Api, OfficerBrowser, Screens

SLOW = 30_000
"""A loaded machine may take this long for what takes a moment (ms)."""


@pytest.fixture
def admin(hall: RunningServer, screens: Screens) -> Page:
    """Sign an administrator in, in a browser."""
    page = screens.open(**DESKTOP)
    OfficerBrowser(page, hall.base).sign_in("pengelola")
    expect(page.locator(".pick").first).to_be_visible(timeout=SLOW)
    return page


def test_a_notice_goes_up_and_is_taken_down(hall: RunningServer, admin: Page, screens: Screens) -> None:
    board = screens.open(f"{hall.base}/display/utara", **BOARD)
    admin.goto(f"{hall.base}/admin/notices")
    expect(admin.locator(".hollow")).to_be_visible()
    admin.get_by_role("button", name="Pengumuman baru").click()
    admin.get_by_label("Isi pengumuman").fill("Loket <b>tutup</b> pukul 11.30")
    admin.get_by_label("Zona").select_option("utara")
    admin.get_by_role("button", name="Tampilkan").click()
    row = admin.locator(".notice-row")
    expect(row).to_contain_text("Loket <b>tutup</b> pukul 11.30")
    expect(row).to_contain_text("sedang tampil")
    expect(board.locator(".ticker")).to_contain_text("Loket <b>tutup</b> pukul 11.30", timeout=SLOW)
    row.get_by_role("button", name="Hapus").click()
    admin.get_by_role("button", name="Batal").click()
    expect(row).to_be_visible()
    row.get_by_role("button", name="Hapus").click()
    admin.locator("dialog").get_by_role("button", name="Hapus").click()
    expect(admin.locator(".hollow")).to_be_visible()
    expect(board.locator(".ticker")).to_have_count(0, timeout=SLOW)


def test_how_a_word_is_said(hall: RunningServer, admin: Page) -> None:
    # No clips are made here: that takes long, and needs a synthesiser.
    admin.route("**/voice/build", lambda route: route.fulfill(json={"made": 0, "faults": []}))
    admin.goto(f"{hall.base}/admin/voice")
    card = admin.locator(".card", has=admin.get_by_role("heading", name="Ucapan"))
    expect(card).to_contain_text("Belum ada ucapan khusus")
    card.get_by_label("Kata", exact=True).fill("Kominfo")
    card.get_by_label("Diucapkan", exact=True).fill("ko min fo")
    card.get_by_role("button", name="Tambah dan dengar").click()
    pronunciation = card.get_by_label("Ucapan untuk Kominfo")
    expect(pronunciation).to_have_value("ko min fo", timeout=SLOW)
    admin.reload()
    expect(pronunciation).to_have_value("ko min fo", timeout=SLOW)
    card.get_by_role("button", name="Hapus").click()
    expect(card).to_contain_text("Belum ada ucapan khusus", timeout=SLOW)


def test_a_new_screen_becomes_a_kiosk(hall: RunningServer, admin: Page, screens: Screens) -> None:
    screen = screens.open(f"{hall.base}/screen")
    code = screen.locator(".code").get_attribute("aria-label")
    admin.goto(f"{hall.base}/admin/displays?code={code}")
    admin.get_by_label("Menjadi").select_option("kiosk")
    admin.get_by_label("Nama").fill("Kios pintu masuk")
    admin.get_by_label("Kios yang mana").select_option("utama")
    admin.locator("form").get_by_role("button", name="Pasangkan perangkat").click()
    row = admin.locator(".screen", has_text="Kios pintu masuk")
    expect(row).to_be_visible(timeout=SLOW)
    screen.wait_for_url("**/kiosk/utama", timeout=SLOW)
    row.get_by_role("button", name="Cabut").click()
    admin.locator("dialog").get_by_role("button", name="Cabut").click()
    expect(row).to_have_count(0, timeout=SLOW)
    screen.reload()
    screen.wait_for_url("**/screen", timeout=SLOW)


def test_a_display_is_given_a_second_zone(hall: RunningServer, admin: Page, screens: Screens) -> None:
    screen = screens.open(f"{hall.base}/screen")
    code = screen.locator(".code").get_attribute("aria-label")
    admin.goto(f"{hall.base}/admin/displays?code={code}")
    admin.get_by_label("Nama").fill("Layar pintu masuk")
    group = admin.get_by_role("group", name="Juga menampilkan dan menyuarakan")
    expect(group.get_by_role("checkbox")).to_have_count(2)
    group.get_by_label("Zona Tengah").check()
    admin.locator("form").get_by_role("button", name="Pasangkan perangkat").click()
    row = admin.locator(".screen", has_text="Layar pintu masuk")
    expect(row).to_contain_text("Zona Utara, Zona Tengah", timeout=SLOW)
    screen.wait_for_url("**/display/utara", timeout=SLOW)
    expect(screen.locator("h1.zone")).to_have_text("Zona Utara · Zona Tengah")
    # Taken away again: the screen follows by itself.
    row.get_by_role("button", name="Ubah").click()
    expect(group.get_by_label("Zona Tengah")).to_be_checked()
    group.get_by_label("Zona Tengah").uncheck()
    admin.get_by_role("button", name="Simpan").first.click()
    expect(screen.locator("h1.zone")).to_have_text("Zona Utara", timeout=SLOW)
    row.get_by_role("button", name="Cabut").click()
    admin.locator("dialog").get_by_role("button", name="Cabut").click()
    screen.wait_for_url("**/screen", timeout=SLOW)


def test_no_page_spills_on_a_phone(hall: RunningServer, admin: Page) -> None:
    admin.set_viewport_size({"width": 390, "height": 844})
    for path in ("displays", "notices", "voice"):
        admin.goto(f"{hall.base}/admin/{path}")
        expect(admin.locator("main.admin h1")).to_be_visible()
        widths: Any = admin.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], path


def test_what_is_wrong_is_said_in_words_and_the_form_stays(hall: RunningServer, admin: Page) -> None:
    admin.goto(f"{hall.base}/admin/notices")
    admin.get_by_role("button", name="Pengumuman baru").click()
    admin.get_by_label("Isi pengumuman").fill("Loket 3 pindah ke lantai dua")
    until = admin.get_by_label("Sampai")
    until.evaluate("(field) => field.removeAttribute('min')")
    until.fill("2020-01-01T08:00")
    admin.get_by_role("button", name="Tampilkan").click()
    expect(admin.locator(".banner.bad")).to_contain_text("berakhir setelah dimulai", timeout=SLOW)
    expect(until).to_have_attribute("aria-invalid", "true")
    expect(until).to_be_focused()
    # A server that is away is named in the reader's language, and the form keeps what was typed.
    admin.route("**/api/v1/notices", lambda route: route.abort())
    admin.get_by_role("button", name="Tampilkan").click()
    expect(admin.locator(".banner.bad")).to_have_text("Server tidak menjawab. Periksa sambungan, lalu coba lagi.")
    expect(admin.get_by_label("Isi pengumuman")).to_have_value("Loket 3 pindah ke lantai dua")


def test_a_recording_is_kept_and_one_that_cannot_be_is_refused_in_words(hall: RunningServer, admin: Page) -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:  # three seconds at 48 kHz, as a phone records them
        file.setparams((2, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes([0, 40, 0, 40, 0, 216, 0, 216]) * 72_000)
    admin.goto(f"{hall.base}/admin/voice")
    word = admin.locator(".word", has_text="nomor antrean")
    field = word.locator("input[type=file]")
    field.set_input_files({"name": "word.wav", "mimeType": "audio/wav", "buffer": buffer.getvalue()})
    expect(word).to_contain_text("direkam", timeout=SLOW)
    field.set_input_files({"name": "word.wav", "mimeType": "audio/wav", "buffer": b"no sound"})
    expect(admin.locator(".banner.bad")).to_contain_text("Berkas ini bukan WAV.", timeout=SLOW)
    word.get_by_role("button", name="Hapus rekaman").click()
    expect(word).not_to_contain_text("direkam", timeout=SLOW)


def test_a_window_opened_for_a_try_is_put_aside_when_it_is_closed(
    hall: RunningServer, admin: Page, screens: Screens
) -> None:
    board = screens.open(f"{hall.base}/display/utara?voice=off", **BOARD)
    admin.goto(f"{hall.base}/admin/displays")
    alive, aside = admin.locator("main > .screens .screen .chip.good"), admin.locator("details")
    expect(admin.locator("main > .screens .screen")).to_have_count(1, timeout=2 * SLOW)  # others' die meanwhile
    expect(alive).to_have_count(1)
    expect(admin.locator("main > .screens .screen")).to_contain_text("Zona Utara")
    board.close()
    expect(alive).to_have_count(0, timeout=2 * SLOW)
    aside.locator("summary").click()
    expect(aside.locator(".screen").first).to_contain_text("tidak terhubung")


@pytest.fixture
def settings_kept(hall: RunningServer, api: Callable[[int], Api]) -> Iterator[None]:
    """Restore the settings of all displays after the test."""
    yield
    kept = {"times": 2, "both": True, "gong": True, "agency": True, "pairing": False}
    assert api(hall.port).sign_in("pengelola").call("PUT", "/settings/displays", kept)[0] == 200


@pytest.mark.usefixtures("settings_kept")
def test_what_holds_for_all_displays_reaches_those_that_are_on(
    hall: RunningServer, admin: Page, screens: Screens
) -> None:
    board = screens.open(f"{hall.base}/display/utara?voice=off", **BOARD)
    expect(board.locator("queue-board")).to_be_visible(timeout=SLOW)
    admin.goto(f"{hall.base}/admin/voice")
    times = admin.get_by_label("Berapa kali diucapkan")
    expect(times).to_have_value("2", timeout=SLOW)
    times.fill("3")
    with board.expect_navigation(timeout=SLOW):
        admin.locator("form", has=times).get_by_role("button", name="Simpan").click()
    expect(admin.locator(".banner.good")).to_have_text("Tersimpan.", timeout=SLOW)
    assert board.evaluate("JSON.parse(document.querySelector('#boot').textContent).voice.times") == 3
    admin.goto(f"{hall.base}/admin/displays")
    only = admin.get_by_label("Hanya layar dan kios yang sudah dipasangkan")
    only.check(timeout=SLOW)
    admin.locator("form", has=only).get_by_role("button", name="Simpan").click()
    question = admin.get_by_role("dialog")
    expect(question).to_contain_text("Layar menyala yang belum dipasangkan: ")
    question.get_by_role("button", name="Ya, hanya yang diizinkan").click()
    # The unpaired board shows its code, and nothing else.
    expect(board).to_have_url(re.compile("/screen"), timeout=SLOW)
