"""The kiosk in a browser: a visitor's touches and keys, and a server that comes and goes."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from pyzbar.pyzbar import decode

from tests.waiting import settle, wait_until


def keys_of(hall: Any) -> set[str]:
    return {key for key, _ in hall.posts}


def test_by_touch_in_indonesian(visitor: Any, hall: Any, size: dict[str, int]) -> None:
    visitor.arrive()
    expect(visitor.page.locator(".tile")).to_have_count(8)
    visitor.touch("Disdukcapil")
    visitor.touch("Akta kelahiran")
    visitor.at("documents")
    boxes = visitor.page.get_by_role("checkbox")
    boxes.nth(2).tap()
    expect(boxes.nth(2)).to_have_attribute("aria-checked", "true")
    visitor.touch("Belum lengkap")
    visitor.says("Siapkan dulu dokumen berikut")
    visitor.touch("Kembali ke daftar")
    expect(boxes.nth(2)).to_have_attribute("aria-checked", "true")
    visitor.touch("Lengkap, lanjut")
    visitor.says("8 orang menunggu")
    visitor.says("Sekitar 20–35 menit")
    assert hall.posts == []
    visitor.touch("Prioritas")
    visitor.at("number")
    text = visitor.text()
    for words in ("A-012", "Disdukcapil", "Akta kelahiran", "Zona Selatan", "6 orang", "20–35 menit", "Prioritas"):
        assert words in text
    ((_, body),) = hall.posts
    assert body == {"service": 3, "class": "priority", "language": "id", "kiosk": "utama"}
    visitor.page.wait_for_selector(".paper.ready")
    visitor.says("Silakan ambil tiket Anda")
    visitor.touch("Selesai")
    visitor.at("start")
    assert "A-012" not in visitor.page.content()


def test_the_qr_code_on_the_screen_is_the_tickets_address(visitor: Any, hall: Any) -> None:
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.at("number")
    picture = Image.open(BytesIO(visitor.page.locator(".follow").screenshot()))
    (code,) = decode(picture)
    assert code.data.decode() == next(iter(hall.tickets.values()))["ticket"]["url"]


def press_until(page: Any, words: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.closest('button')?.innerText ?? ''"):
            return
    raise AssertionError(f"Tab never reached {words!r}")


def test_by_keyboard_alone_in_english(visitor: Any, hall: Any) -> None:
    visitor.arrive()
    keyboard = visitor.page.keyboard
    for words in ("English", "Next", "PT Pos", "Back"):
        press_until(visitor.page, words)
        outline = visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        keyboard.press("Enter")
    press_until(visitor.page, "Previous")
    keyboard.press("Enter")
    press_until(visitor.page, "Disdukcapil")
    keyboard.press("Enter")
    visitor.at("services")
    press_until(visitor.page, "Child identity card")
    keyboard.press("Space")
    visitor.at("documents")
    press_until(visitor.page, "Form F-1.02")
    keyboard.press("Space")
    expect(visitor.page.locator("[aria-checked=true]")).to_have_count(1)
    press_until(visitor.page, "I have them all")
    keyboard.press("Enter")
    press_until(visitor.page, "Regular")
    keyboard.press("Enter")
    visitor.at("number")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    assert hall.posts[0][1]["language"] == "en"
    press_until(visitor.page, "I need more time")
    keyboard.press("Enter")
    press_until(visitor.page, "Done")
    keyboard.press("Enter")
    visitor.at("start")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "id")


def test_the_arrow_is_shown_to_a_mouse_alone(visitor: Any) -> None:
    """A touch screen that is a mouse too leaves no arrow in the middle of the kiosk."""
    visitor.arrive()
    tile = visitor.page.locator(".tile").first
    cursor = "tile => getComputedStyle(tile).cursor"
    assert tile.evaluate(cursor) == "none"
    visitor.page.mouse.move(300, 300)
    visitor.page.mouse.move(320, 330)
    assert tile.evaluate(cursor) == "pointer"
    visitor.touch("Disdukcapil")
    visitor.at("services")
    assert visitor.page.locator(".row").first.evaluate(cursor) == "none"


def test_a_double_touch_gives_one_ticket(visitor: Any, hall: Any) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    visitor.page.clock.install()
    visitor.arrive(settle=10_000)
    for name, screen in (("Disdukcapil", "services"), ("Pengambilan dokumen", "class"), ("Prioritas", "number")):
        visitor.page.clock.fast_forward(10_050)  # the screen has settled
        visitor.page.get_by_role("button", name=name).dblclick()
        visitor.at(screen)
    visitor.page.wait_for_selector(".paper.ready")
    assert len([url for url in asked if url.endswith("/tickets")]) == 1
    assert len(hall.posts) == 1
    expect(visitor.page.locator("main.at-number")).to_be_visible()


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_server_lost_while_issuing_gives_exactly_one_ticket(visitor: Any, hall: Any, lost: str) -> None:
    tries: list[str] = []
    visitor.page.on("requestfailed", lambda request: tries.append(request.url))
    visitor.arrive(grace=60_000)
    visitor.to_class()
    if lost == "request":
        hall.cable.cut()
    else:
        hall.before_answer = hall.cable.cut
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=Server tidak dapat dihubungi. Mencoba lagi")
    assert len(hall.tickets) == (0 if lost == "request" else 1)
    hall.before_answer = lambda: None
    wait_until(lambda: len([url for url in tries if url.endswith("/tickets")]) >= 3, "a third try", page=visitor.page)
    hall.cable.mend()
    visitor.at("number")
    assert len(hall.tickets) == 1
    assert len(keys_of(hall)) == 1
    visitor.says("A-012")


def test_a_busy_server_is_asked_again_with_the_same_key(visitor: Any, hall: Any) -> None:
    hall.problem = {"code": "internal", "title": "Sibuk", "status": 503}
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=Mencoba lagi")
    hall.problem = None
    visitor.at("number")
    assert len(hall.posts) > 1
    assert len(keys_of(hall)) == 1


def test_a_number_that_comes_after_the_visitor_has_gone_is_given_back(visitor: Any, hall: Any) -> None:
    hall.problem = {"code": "internal", "title": "Sibuk", "status": 503}
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=Mencoba lagi")
    visitor_gone = threading.Event()
    hall.before_answer = lambda: visitor_gone.wait(30)
    hall.problem = None
    wait_until(lambda: hall.tickets, "the number", page=visitor.page)
    visitor.touch("Batal")
    visitor_gone.set()
    wait_until(lambda: hall.cancelled, "the word that nobody wants it", page=visitor.page)
    expect(visitor.page.locator("main.at-start")).to_be_visible()
    assert hall.cancelled == [next(iter(hall.tickets.values()))["ticket"]["token"]]


def test_a_refusal_is_said_in_words_with_a_way_on(visitor: Any, hall: Any) -> None:
    hall.problem = {"code": "no_number_left", "title": "Habis", "status": 409}
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.at("refused")
    visitor.says("sudah habis hari ini")
    visitor.touch("Pilih layanan lain")
    visitor.at("services")
    hall.problem = {"code": "strange", "title": "Judul dari server", "detail": "Rincian.", "status": 409}
    visitor.touch("Pengambilan dokumen")
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=Judul dari server")
    hall.problem = None
    visitor.touch("Coba lagi")
    visitor.touch("Reguler")
    visitor.at("number")
    assert len(hall.tickets) == 1


@pytest.mark.parametrize(
    ("job", "jobs", "words"),
    [
        ("queued", ["sending", "failed"], "Printer bermasalah, petugas sudah diberi tahu. Foto layar ini."),
        ("queued", ["sending"], "Printer bermasalah, petugas sudah diberi tahu. Foto layar ini."),
        ("queued", ["sending", "sent"], "Silakan ambil tiket Anda"),
        ("queued", ["queued,Meja informasi", "printed,Meja informasi"], "Tiket Anda dicetak di: Meja informasi."),
        (None, ["queued"], "Tiket tidak dicetak."),
    ],
)
def test_what_becomes_of_the_paper(visitor: Any, hall: Any, job: str | None, jobs: list[str], words: str) -> None:
    hall.job, hall.jobs = job, jobs
    visitor.arrive(paper=1_500)
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.page.wait_for_selector(f"text={words}")
    assert "Foto layar ini" not in visitor.text() or "ambil tiket" not in visitor.text()


def test_the_question_whether_it_came_out(visitor: Any, hall: Any, size: Any) -> None:
    hall.jobs, hall.answered = ["uncertain"], ["printed"]
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=Apakah tiket Anda keluar?")
    fits(visitor)
    visitor.touch("Cetak lagi")
    visitor.page.wait_for_selector("text=Silakan ambil tiket Anda")
    assert hall.said == [False]


def test_a_paper_waits_in_the_mouth_of_the_printer(visitor: Any, hall: Any, size: Any) -> None:
    hall.jobs, hall.taken = ["printed"], False
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=Tarik tiket Anda dari mulut printer")
    assert "Tiket A-012 menunggu" in visitor.text()
    fits(visitor)
    hall.taken = True
    visitor.page.wait_for_selector("text=Tiket sudah diambil")
    fits(visitor)


def test_a_question_that_nobody_answers_prints_nothing(visitor: Any, hall: Any) -> None:
    hall.jobs = ["uncertain"]
    visitor.arrive(answer=2_500)
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=Apakah tiket Anda keluar?")
    visitor.page.wait_for_selector("text=Foto layar ini")
    assert hall.said == []


def test_the_list_is_printed_without_a_number(visitor: Any, hall: Any, size: Any) -> None:
    hall.jobs = ["printed"]
    visitor.arrive()
    visitor.touch("Disdukcapil")
    visitor.touch("KTP-el")
    visitor.touch("Belum lengkap")
    visitor.at("missing")
    fits(visitor)
    visitor.touch("Cetak daftar, tanpa ambil nomor")
    visitor.page.wait_for_selector("text=Silakan ambil daftar Anda")
    fits(visitor)
    assert visitor.page.get_by_role("button", name="Cetak daftar").count() == 0
    assert (len(hall.lists), hall.tickets) == (1, {})


def test_no_list_is_offered_where_none_can_be_printed(visitor: Any, hall: Any) -> None:
    hall.kiosk_state["printer"] = "trouble"
    visitor.arrive()
    visitor.touch("Disdukcapil")
    visitor.touch("KTP-el")
    visitor.touch("Belum lengkap")
    visitor.at("missing")
    assert visitor.page.get_by_role("button", name="Cetak daftar").count() == 0


def test_the_number_goes_by_itself_with_a_visible_countdown(visitor: Any) -> None:
    visitor.arrive(number=6_000)
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.page.wait_for_selector("text=/dalam [1-4] detik/")
    visitor.touch("Perlu waktu lagi")
    visitor.page.wait_for_selector("text=/dalam [56] detik/")
    visitor.at("start")


def test_idle_warns_and_is_extended_by_one_touch_or_forgets(visitor: Any) -> None:
    visitor.arrive(idle=1_200, warning=4_000)
    visitor.page.get_by_role("button", name="English").tap()
    visitor.touch("Disdukcapil")
    visitor.page.wait_for_selector("dialog[open]")
    visitor.touch("Yes, continue")
    visitor.page.wait_for_selector("dialog[open]", state="hidden")
    expect(visitor.page.locator("main.at-services")).to_be_visible()
    visitor.page.wait_for_selector("dialog[open]")
    visitor.at("start")
    expect(visitor.page.locator("dialog[open]")).to_have_count(0)
    expect(visitor.page.locator("html")).to_have_attribute("lang", "id")


def test_changing_the_language_keeps_the_place(visitor: Any) -> None:
    visitor.arrive()
    visitor.touch("Disdukcapil")
    visitor.touch("Akta kelahiran")
    visitor.page.get_by_role("checkbox").first.tap()
    for language, words in (
        ("English", "Birth letter"),
        ("Basa Bali", "Tiang makta"),
        ("Bahasa Indonesia", "Saya membawa"),
    ):
        visitor.page.get_by_role("button", name=language).tap()
        visitor.says(words)
        expect(visitor.page.locator("[aria-checked=true]")).to_have_count(1)
    visitor.page.get_by_role("button", name="Basa Bali").tap()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "ban")
    assert visitor.page.locator(".row [lang=id]").count() > 0


def test_closed_is_said_and_cannot_be_touched(visitor: Any, hall: Any) -> None:
    hall.kiosk_state["services"]["2"]["open"] = False
    visitor.arrive()
    visitor.touch("Disdukcapil")
    closed = visitor.page.get_by_role("button", name="Kartu Keluarga")
    expect(closed).to_be_disabled()
    expect(closed).to_contain_text("Tutup")
    hall.kiosk_state["services"]["2"] = {"waiting": 9, "open": True}
    hall.publish()
    visitor.page.wait_for_selector("text=9 orang menunggu")
    expect(closed).to_be_enabled()


def test_all_services_closed_closes_the_agency(visitor: Any, hall: Any) -> None:
    for number in range(1, 7):
        hall.kiosk_state["services"][str(number)]["open"] = False
    visitor.arrive()
    tile = visitor.page.get_by_role("button", name="Disdukcapil")
    expect(tile).to_be_disabled()
    expect(tile).to_contain_text("Tutup")


def test_a_lost_server_is_said_and_recovers_by_itself(visitor: Any, hall: Any) -> None:
    visitor.arrive()
    visitor.touch("Disdukcapil")
    hall.cable.cut()
    visitor.page.wait_for_selector(".cover")
    visitor.says("Sambungan terputus")
    hall.cable.mend()
    visitor.page.wait_for_selector(".cover", state="hidden", timeout=30_000)
    expect(visitor.page.locator("main.at-services")).to_be_visible()


def test_paper_trouble_is_a_banner_not_a_dead_kiosk(visitor: Any, hall: Any) -> None:
    visitor.arrive()
    hall.kiosk_state["printer"] = "trouble"
    hall.publish()
    visitor.page.wait_for_selector("text=Kertas habis/printer bermasalah")
    hall.job = None
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.at("number")
    visitor.says("Foto layar ini")


def test_the_banner_names_the_printer_that_stands_in(visitor: Any, hall: Any, size: Any) -> None:
    place = "Kios Lobi Timur, Zona Selatan"
    hall.kiosk_state |= {"printer": "elsewhere", "printer_place": {"id": place, "en": place, "ban": place}}
    visitor.arrive()
    assert f"tiket Anda dicetak di {place}" in visitor.text()
    fits(visitor)


def test_a_new_build_is_loaded_once_when_nobody_is_there(visitor: Any, hall: Any) -> None:
    loads: list[str] = []
    visitor.page.on("load", lambda page: loads.append(page.url))
    hall.build = "next"
    visitor.arrive()
    wait_until(lambda: len(loads) == 2, "the second load", page=visitor.page)
    visitor.wait_for("kiosk?.link.build === 'next'")  # it hears of it again
    for _ in range(2):
        visitor.tick()
    assert len(loads) == 2
    expect(visitor.page.locator(".tile")).to_have_count(8)


OVERFLOW = """() => {
  const visible = (one) => one.getClientRects().length && !one.closest(".visually-hidden, .banded .steps");
  const wide = [...document.querySelectorAll("queue-kiosk *")].filter((one) => one instanceof HTMLElement
    && visible(one) && (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"));
  const tall = [...document.querySelectorAll("main, main ul, .tile, .row, .kind, .slip, .follow, .button")]
    .filter((one) => visible(one) && one.scrollHeight > one.clientHeight + 1);
  const outside = [...document.querySelectorAll("button")].filter((one) => {
    const box = one.getBoundingClientRect();
    return visible(one) && (box.right > innerWidth || box.bottom > innerHeight || box.left < 0 || box.top < 0);
  });
  const name = (one) => `${one.tagName}.${one.className} +${one.scrollWidth - one.clientWidth}
    +${one.scrollHeight - one.clientHeight} ${one.innerText.slice(0, 40)}`;
  return { wide: wide.map(name), tall: tall.map(name), outside: outside.map(name) };
}"""
SMALL = """() => [...document.querySelectorAll("button")].map((one) => one.getBoundingClientRect())
  .filter((box) => box.height < 75 || box.width < 75).length"""


def fits(visitor: Any) -> None:
    settle(visitor.page)
    assert visitor.page.evaluate(OVERFLOW) == {"wide": [], "tall": [], "outside": []}
    assert visitor.page.evaluate(SMALL) == 0


LONG = "Rekomendasi Pendirian Rumah Ibadah dan Penyelenggaraan Kegiatan Kemasyarakatan"


@pytest.mark.parametrize("language", ["Bahasa Indonesia", "English", "Basa Bali"])
def test_nothing_overflows_with_the_longest_names(visitor: Any, hall: Any, size: Any, language: str) -> None:
    agency = hall.catalogue["agencies"][0]
    agency["short"] = "Diskopukmnakertransperindag"
    agency["name"] = {"id": "Dinas Pekerjaan Umum, Penataan Ruang, Perumahan dan Kawasan Permukiman Rakyat"}
    for service in agency["services"]:
        service["name"] = {"id": LONG}
    documents = [
        {"name": {"id": f"{n}. Surat keterangan dari kepolisian setempat bila kartu yang lama hilang"}}
        for n in range(6)
    ]
    agency["services"][2]["documents"] = documents
    agency["services"][2]["name"] = {"id": f"{LONG} 3"}
    hall.kiosk_state["services"]["1"]["open"] = False
    visitor.arrive()
    visitor.page.get_by_role("button", name=language).tap()
    fits(visitor)
    visitor.page.locator(".pager button").last.tap()
    fits(visitor)
    visitor.page.locator(".pager button").first.tap()
    visitor.page.locator(".tile").first.tap()
    fits(visitor)
    visitor.page.locator(".row").nth(2).tap()
    fits(visitor)
    visitor.page.locator(".answers button").first.tap()
    visitor.at("missing")
    fits(visitor)
    visitor.page.locator(".answers button").first.tap()
    visitor.page.locator(".answers button").last.tap()
    visitor.at("class")
    fits(visitor)
    visitor.page.locator(".kind").last.tap()
    visitor.at("number")
    fits(visitor)


def test_the_banner_leaves_room_for_the_tiles(visitor: Any, hall: Any, size: Any) -> None:
    hall.kiosk_state["printer"] = "trouble"
    visitor.arrive()
    fits(visitor)
