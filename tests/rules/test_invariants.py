"""Where each of the sixteen invariants of TRUST.md 7 is held: the test that holds it says so, by its number."""

import ast

import pytest

from tests.rules.documents import ROOT

HELD = {
    1: ("tests/bot/test_levels.py::test_no_answer_holds_more_than_its_level_in_chat_or_on_a_page",),
    2: ("tests/bot/test_invariants.py::test_a_preview_is_how_the_whole_begins_and_holds_nothing_that_was_typed",),
    3: ("tests/bot/test_need_to_know.py::test_each_combination_of_ties_reads_what_the_strongest_lets_it",),
    4: (
        "tests/rules/test_doors.py::test_every_command_and_form_leads_to_a_use_case_that_asks_who_it_is",
        "tests/bot/test_access.py::test_who_may_is_heard_and_who_may_not_is_refused_and_changes_nothing",
    ),
    5: ("tests/bot/test_invariants.py::test_what_is_not_for_them_reads_like_what_is_not_there",),
    6: ("tests/bot/test_invariants.py::test_a_button_pressed_by_whoever_may_not_or_when_it_is_old_changes_nothing",),
    7: ("tests/bot/test_invariants.py::test_of_many_who_confirm_at_once_one_does_and_each_has_an_entry",),
    8: (
        "tests/storage/test_chain.py::test_after_whatever_happened_it_verifies",
        "tests/storage/test_chain.py::test_whatever_is_changed_afterwards_it_does_not",
    ),
    9: ("tests/bot/test_audit.py::test_every_page_has_an_entry_with_the_level_of_what_it_shows",),
    10: (
        "tests/storage/test_resealing.py::test_killed_in_the_middle_it_goes_on_and_everything_opens",
        "tests/integrations/test_at_rest.py::test_nothing_that_people_said_lies_readable_and_the_keys_open_all_of_it",
    ),
    11: (
        "tests/bot/test_invariants.py::test_whoever_is_in_a_form_can_always_go_back_save_and_resume_or_end_it",
        "tests/rules/test_tables.py::test_a_notice_draws_and_ends_with_an_action_a_date_or_a_contact",
    ),
    12: (
        "tests/bot/test_sharing.py::test_what_goes_out_is_covered_by_the_agreement_it_goes_out_under",
        "tests/conversations/test_agreements.py::test_a_referral_comes_in_though_nobody_has_an_agreement",
    ),
    13: (
        "tests/scheduler/test_jobs.py::test_reminders_come_on_the_days_the_table_says_and_on_no_other",
        "tests/bot/test_kit.py::test_work_goes_on_never_in_the_past_and_always_in_working_time",
    ),
    14: ("tests/integrations/test_hostile.py::test_what_nobody_signed_gets_a_status_and_no_word",),
    15: ("tests/integrations/verbs/test_keeping.py::test_t54_what_was_erased_does_not_come_back",),
    16: (
        "tests/bot/test_invariants.py::test_whatever_markup_is_typed_the_same_characters_are_read_everywhere",
        "tests/integrations/teams/test_limits.py::test_text_is_never_markup_and_arrives_as_it_is",
        "tests/integrations/web/test_chat.py::test_markup_is_shown_as_it_was_typed",
    ),
}


@pytest.mark.parametrize("number", range(1, 17))
def test_each_invariant_has_a_test_that_names_it(number: int) -> None:
    named = 0
    for place in HELD[number]:
        path, _, name = place.partition("::")
        module = ast.parse((ROOT / path).read_text())
        found = [one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == name]
        assert found, place
        told = f"{ast.get_docstring(module)} {ast.get_docstring(found[0])}".casefold()
        named += f"invariant {number}" in told.replace(".", " ").replace(":", " ").replace(",", " ")
    assert named, f"no test says that it holds invariant {number}"
