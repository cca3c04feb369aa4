"""Start order of the test files."""

from pathlib import Path

# Files of more than about fifteen seconds: they begin first, so that at the end no processor is left with one of them.
LONG = frozenset(
    Path(__file__).parent / name
    for name in (
        "display/test_board.py",
        "display/test_display_day.py",
        "display/test_board_layout.py",
        "display/test_display_soak.py",
        "display/test_announcements.py",
        "display/test_clock_jumps.py",
        "e2e/test_accessibility.py",
        "e2e/test_command_line.py",
        "e2e/test_kill.py",
        "e2e/test_display_admin.py",
        "e2e/test_legibility.py",
        "e2e/test_main_job.py",
        "e2e/test_officer_day.py",
        "e2e/test_officer_page.py",
        "e2e/test_officer_states.py",
        "e2e/test_printed_tickets.py",
        "e2e/test_calling_admin.py",
        "e2e/test_spooling.py",
        "e2e/test_visitor_page.py",
        "e2e/test_spoken_calls.py",
        "repository/test_bootstrap.py",
        "kiosk/test_kiosk.py",
        "live/test_tailer.py",
        "services/test_hall_state_machine.py",
        "services/test_move_races.py",
        "services/test_races.py",
        "simulation/test_simulation.py",
        "web/test_openapi.py",
    )
)
