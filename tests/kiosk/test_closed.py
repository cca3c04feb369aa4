"""What is closed, why and until when, as the visitor reads it; and a hall that opens again by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

MONDAY = round(datetime(2026, 11, 30, 0, 0, tzinfo=UTC).timestamp() * 1000)  # 08:00 in Bali, a week ahead
TODAY = round(datetime(2026, 11, 23, 5, 0, tzinfo=UTC).timestamp() * 1000)  # 13:00 in Bali
TOMORROW = round(datetime(2026, 11, 24, 0, 0, tzinfo=UTC).timestamp() * 1000)
GALUNGAN = {"id": "Hari Raya Galungan", "en": "Galungan", "ban": "Rahina Galungan"}
OPEN = {"open": True, "why": None, "until": TODAY, "occasion": None}


def closed(why: str, until: int | None = None, occasion: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the state of a closed service or hall."""
    return {"open": False, "why": why, "until": until, "occasion": occasion}


def close_hall(hall: Any, opening: dict[str, Any]) -> None:
    """Close everything for one reason."""
    hall.kiosk_state["opening"] = opening
    for service in hall.kiosk_state["services"].values():
        service.update(opening)


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        (closed("day_off", MONDAY), {
            "Bahasa Indonesia": ("Hari ini tutup.", "Buka kembali Senin, 30 November, 08.00."),
            "English": ("Closed today.", "Opens again Monday, 30 November, at 08:00."),
            "Basa Bali": ("Rahinané mangkin matutup.", "Mabukak malih Soma, 30 November, 08.00."),
        }),
        (closed("holiday", TOMORROW, GALUNGAN), {
            "Bahasa Indonesia": ("Hari ini libur: Hari Raya Galungan.", "Buka kembali besok 08.00."),
            "English": ("Holiday today: Galungan.", "Opens again tomorrow at 08:00."),
            "Basa Bali": ("Rahinané mangkin prei: Rahina Galungan.", "Mabukak malih bénjang 08.00."),
        }),
        (closed("break", TODAY, {"id": "Salat Jumat"}), {
            "Bahasa Indonesia": ("Sedang istirahat: Salat Jumat.", "Buka kembali pukul 13.00.", "tetap dilayani"),
            "English": ("Break: Salat Jumat.", "Opens again at 13:00.", "still be served"),
            "Basa Bali": ("Kantun mararian: Salat Jumat.", "Mabukak malih jam 13.00.", "tetep kalayanin"),
        }),
        (closed("day_off"), {"Bahasa Indonesia": ("Hari ini tutup.",), "English": ("We are closed",)}),
    ],
    ids=["weekend", "holiday", "break", "for good"],
)  # fmt: skip
def test_a_closed_hall_says_when_it_opens(visitor: Any, hall: Any, size: Any, opening: Any, words: Any) -> None:
    close_hall(hall, opening)
    visitor.page.goto(f"{hall.url}/kiosk/utama")
    visitor.at("closed")
    for language, expected in words.items():
        visitor.touch(language)
        visitor.page.wait_for_selector(f"[aria-pressed=true] >> text={language}")
        text = visitor.text()
        assert [phrase for phrase in expected if phrase not in text] == []
    expect(visitor.page.locator(".tile, .steps")).to_have_count(0)


def test_it_opens_by_itself_and_closes_over_a_half_made_choice(visitor: Any, hall: Any) -> None:
    close_hall(hall, closed("before_hours", TODAY))
    visitor.page.goto(f"{hall.url}/kiosk/utama")
    visitor.at("closed")
    visitor.says("Buka pukul 13.00.")
    close_hall(hall, OPEN)
    hall.publish()
    visitor.at("start")
    visitor.touch("Disdukcapil")
    visitor.at("services")
    close_hall(hall, closed("after_hours", TOMORROW))
    hall.publish()
    visitor.at("closed")
    visitor.says("Nomor yang sudah diambil tetap dilayani.")
    visitor.wait_for("kiosk.journey.screen === 'start'")  # what was chosen is forgotten at the next tick
    close_hall(hall, OPEN)
    hall.publish()
    visitor.at("start")


def test_a_number_just_taken_stays_on_the_screen_at_closing(visitor: Any, hall: Any) -> None:
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.at("number")
    close_hall(hall, closed("after_hours", TOMORROW))
    hall.publish()
    visitor.wait_for("kiosk.live.opening?.why === 'after_hours'")
    visitor.tick()
    visitor.says("A-012")
    visitor.touch("Selesai")
    visitor.at("closed")


def test_closed_services_say_why_and_few_numbers_are_counted(visitor: Any, hall: Any, size: Any) -> None:
    services = hall.kiosk_state["services"]
    services["1"].update(closed("weekday", TOMORROW))
    services["2"].update(closed("predicted_stop", TOMORROW))
    services["3"].update(closed("stopped"))
    services["4"].update(closed("quota", TOMORROW))
    services["5"].update(OPEN, numbers_left=14)
    services["6"].update(OPEN, numbers_left=1)
    visitor.arrive()
    visitor.touch("Disdukcapil")
    visitor.at("services")
    text = visitor.text()
    for words in (
        "Layanan ini tidak dibuka pada hari ini. Buka kembali besok 08.00.",
        "Antrean hari ini sudah penuh sampai jam tutup. Buka kembali besok 08.00.",
        "Petugas menghentikan pengambilan nomor untuk sementara.",
        "Kuota nomor hari ini sudah habis. Buka kembali besok 08.00.",
        "kira-kira 14 nomor lagi hari ini",
    ):
        assert words in text
    expect(visitor.page.locator(".row[disabled]")).to_have_count(4)
    visitor.touch("English")
    visitor.says("about 1 number left today")
    visitor.touch("Bahasa Indonesia")
    visitor.touch("Pengambilan dokumen")
    visitor.says("Sisa hari ini\nkira-kira 1 nomor")


def test_an_agency_that_is_closed_says_when_it_opens(visitor: Any, hall: Any) -> None:
    for number in range(1, 7):
        hall.kiosk_state["services"][str(number)].update(closed("after_hours", TOMORROW + number))
    visitor.arrive()
    expect(visitor.page.get_by_role("button", name="Disdukcapil")).to_contain_text("Buka kembali besok 08.00.")


def test_a_refusal_says_until_when(visitor: Any, hall: Any) -> None:
    hall.problem = {
        "status": 409, "code": "service_closed", "title": "", "detail": "", "opening": closed("after_hours", TOMORROW),
    }  # fmt: skip
    visitor.arrive()
    visitor.to_class()
    visitor.touch("Reguler")
    visitor.at("refused")
    visitor.says("Jam layanan hari ini sudah selesai. Buka kembali besok 08.00.")


def test_the_closed_screen_has_no_barrier(visitor: Any, hall: Any) -> None:
    close_hall(hall, closed("holiday", TOMORROW, GALUNGAN))
    visitor.page.goto(f"{hall.url}/kiosk/utama")
    visitor.at("closed")
    report = Axe().run(visitor.page, options={"resultTypes": ["violations"]})
    assert [violation["id"] for violation in report.response["violations"]] == []
