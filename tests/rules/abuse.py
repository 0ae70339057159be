"""Each way in which somebody may abuse the bot (TRUST.md 2.3), the tests that prove it cannot be, and what is missing.

Data alone, for whoever prints it: the documents, and the last lines of a run.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Abuse:
    """`still`: what no test proves yet, and what it waits for."""

    threat: str
    tests: tuple[str, ...] = ()
    still: str = ""


TRANSPORT: dict[str, Abuse] = {
    "T-01": Abuse(
        "Somebody forges a request of Slack's",
        (
            "tests/integrations/slack/test_guard.py::test_not_another_secret_nor_upper_case_nor_cut_nor_twice_nor_none",
            "tests/integrations/slack/test_guard.py::test_one_byte_more_is_another_body",
        ),
    ),
    "T-02": Abuse(
        "An odd signature or timestamp makes us fail",
        (
            "tests/integrations/slack/test_guard.py::test_a_timestamp_is_digits",
            "tests/integrations/slack/test_guard.py::test_a_signature_is_ours",
        ),
    ),
    "T-03": Abuse(
        "Somebody forges an activity of Teams",
        (
            "tests/integrations/teams/test_guard.py::test_each_claim_is_as_it_must_be",
            "tests/integrations/teams/test_guard.py::test_the_body_says_what_the_token_says",
            "tests/integrations/teams/test_guard.py::test_a_key_that_is_not_for_teams_proves_nothing",
        ),
    ),
    "T-04": Abuse(
        "A token with another algorithm, key, header or time is believed",
        ("tests/integrations/teams/test_guard.py::test_not_signed_by_another_key_nor_with_another_kind_of_one",),
    ),
    "T-05": Abuse(
        "A flood of unknown keys makes us ask Microsoft each time",
        ("tests/integrations/teams/test_guard.py::test_a_thousand_made_up_keys_cost_one_look",),
    ),
    "T-06": Abuse(
        "Our token is sent to an attacker's address",
        (
            "tests/integrations/teams/test_guard.py::test_a_signed_address_that_is_not_on_the_list_is_refused",
            "tests/integrations/teams/test_platform.py"
            "::test_an_address_that_was_changed_where_it_was_kept_is_not_written_to",
        ),
    ),
    "T-07": Abuse(
        "The list of addresses is too wide",
        ("tests/integrations/teams/test_guard.py::test_where_we_may_answer_is_an_exact_list",),
    ),
    "T-08": Abuse(
        "Somebody writes from a workspace that nobody let in",
        (
            "tests/bot/test_let_in.py::test_every_line_and_every_page_gets_the_same_answer_and_has_no_effect",
            "tests/integrations/slack/test_who.py::test_an_event_from_elsewhere_gets_one_answer_and_leaves_nothing",
            "tests/integrations/teams/test_who.py"
            "::test_a_message_or_the_app_added_from_elsewhere_gets_one_answer_and_leaves_nothing",
            "tests/integrations/test_production.py::test_while_nobody_is_let_in",
        ),
    ),
    "T-09": Abuse(
        "A request that was listened to is sent again",
        (
            "tests/bot/test_turns.py::test_the_same_press_again_gets_the_same_answer_and_no_second_effect",
            "tests/bot/test_turns.py::test_the_same_request_from_another_account_gets_nothing_of_it",
        ),
    ),
    "T-10": Abuse(
        "What a platform sends again is done twice",
        (
            "tests/integrations/slack/test_requests.py::test_an_event_sent_again_has_one_effect_and_one_answer",
            "tests/integrations/teams/test_requests.py::test_an_activity_sent_again_has_one_effect_and_one_answer",
            "tests/faults/test_faults.py::test_a_webhook_that_comes_three_times_to_different_replicas_has_one_effect",
        ),
    ),
    "T-11": Abuse(
        "A clock that is wrong switches a check off",
        ("tests/integrations/slack/test_guard.py::test_not_of_another_time",),
    ),
    "T-12": Abuse(
        "A token of ours is stolen",
        ("tests/integrations/slack/test_oauth.py::test_no_token_lies_in_the_file_in_clear",),
    ),
    "T-13": Abuse(
        "An error shows a secret",
        ("tests/integrations/graph/test_mail.py::test_without_a_token_nothing_goes_and_the_log_says_no_secret",),
    ),
    "T-14": Abuse(
        "Somebody is made to finish a sign-in or an installation that another began",
        (
            "tests/integrations/slack/test_oauth.py::test_in_another_browser_nothing_is_done",
            "tests/integrations/web/test_entra.py::test_an_answer_that_was_not_asked_for",
        ),
    ),
    "T-15": Abuse(
        "After signing in somebody is sent to another site",
        ("tests/integrations/web/test_entra.py::test_afterwards_nobody_is_sent_anywhere_else",),
    ),
    "T-17": Abuse(
        "A huge or deep body takes all memory",
        (
            "tests/integrations/slack/test_guard.py::test_a_huge_body_is_not_read_to_its_end",
            "tests/integrations/teams/test_guard.py::test_too_large_is_413_whatever_it_is",
        ),
    ),
    "T-18": Abuse(
        "An unsigned or odd challenge is echoed",
        ("tests/integrations/slack/test_guard.py::test_only_a_plain_challenge_is_echoed",),
    ),
    "T-19": Abuse(
        "What is only for developing is left on",
        (
            "tests/integrations/test_production.py::test_with_what_is_only_for_developing",
            "tests/integrations/test_production.py::test_in_debug_mode",
        ),
    ),
}

WHO: dict[str, Abuse] = {
    "T-20": Abuse(
        "Somebody we do not know asks the bot",
        (
            "tests/bot/test_equal_answers.py::test_a_stranger_reads_the_same_whatever_there_is",
            "tests/conversations/test_strangers.py::test_the_same_help_whatever_they_ask",
        ),
    ),
    "T-21": Abuse(
        "Somebody has moved to another agency and their old rights stay",
        (
            "tests/conversations/test_leaving.py::test_a_form_that_was_open_is_not_sent_by_somebody_who_has_left",
            "tests/conversations/test_leaving.py::test_what_is_open_is_the_successors_and_drafts_are_not",
            "tests/bot/test_turns.py::test_whoever_lost_the_post_while_the_form_was_open_cannot_send_it",
        ),
    ),
    "T-22": Abuse(
        "Somebody who has left keeps what they were sent, and stays signed in",
        (
            "tests/integrations/web/test_signing_in.py::test_whoever_leaves_reads_nothing_from_then_on",
            "tests/conversations/test_removal.py::test_t22_a_leaver_is_left_with_nothing_that_was_shown_in_chat",
        ),
    ),
    "T-23": Abuse(
        "A guest or somebody of another organisation asks in a shared channel of Slack",
        (
            "tests/integrations/slack/test_who.py::test_in_a_conversation_of_several_every_line_gets_one_sentence",
            "tests/integrations/slack/test_who.py::test_a_guest_of_our_own_workspace_is_a_stranger_like_any_other",
            "tests/integrations/slack/test_requests.py::test_nobody_is_an_empty_answer",
        ),
    ),
    "T-24": Abuse(
        "A guest, or somebody of another tenant, asks in Teams",
        (
            "tests/integrations/teams/test_who.py::test_nobody_in_particular_gets_nothing_anywhere",
            "tests/integrations/teams/test_who.py::test_in_a_conversation_of_several_everything_gets_one_sentence",
            "tests/integrations/teams/test_requests.py::test_who_cannot_be_told_apart_is_not_heard",
        ),
    ),
    "T-25": Abuse(
        "Another person presses somebody's button",
        (
            "tests/conversations/test_not_yours.py::test_a_button_that_somebody_else_presses_is_their_own_line",
            "tests/integrations/slack/test_requests.py::test_who_presses_is_who_acts",
        ),
    ),
    "T-26": Abuse(
        "A button is pressed after the thing was given to another, or closed",
        (
            "tests/conversations/test_not_yours.py::test_a_button_from_before_it_was_given_to_another_does_nothing",
            "tests/conversations/test_action.py::test_a_stale_button_says_what_is_so",
            "tests/conversations/test_action.py::test_done_by_button_undo_and_the_coordinators_check",
        ),
    ),
    "T-27": Abuse(
        "What a card, a modal or a page hides in itself is changed",
        (
            "tests/integrations/slack/test_hidden.py::test_whatever_a_modal_hides_is_only_a_look",
            "tests/integrations/slack/test_hidden.py::test_whatever_a_button_hides_is_what_its_presser_may_say",
            "tests/integrations/slack/test_hidden.py::test_another_persons_form_is_not_there",
            "tests/integrations/teams/test_hidden.py::test_whatever_a_card_hides_is_only_a_look",
            "tests/integrations/teams/test_hidden.py::test_whatever_is_in_its_fields_is_an_option_or_an_error",
            "tests/integrations/teams/test_hidden.py::test_another_persons_form_is_not_there",
            "tests/integrations/teams/test_hidden.py::test_whatever_a_button_hides_is_what_its_presser_may_say",
            "tests/integrations/web/test_hidden.py::test_whatever_a_page_hides_is_only_a_look",
            "tests/integrations/web/test_hidden.py::test_another_persons_form_is_not_there",
            "tests/integrations/web/test_hidden.py::test_whatever_a_button_hides_is_what_its_presser_may_say",
        ),
    ),
    "T-28": Abuse(
        "A card is forwarded, and read or pressed elsewhere",
        (
            "tests/integrations/slack/test_who.py::test_a_card_in_a_channel_is_answered_in_the_private_chat",
            "tests/integrations/teams/test_requests.py::test_a_press_in_a_channel_does_nothing_there",
            "tests/integrations/teams/test_hidden.py::test_a_card_that_was_forwarded_is_answered_to_whoever_pressed_it",
        ),
    ),
    "T-29": Abuse(
        "Whoever holds a shared phone reads a name in chat",
        (
            "tests/conversations/test_own_pages.py"
            "::test_reading_in_chat_shows_no_name_and_does_not_say_whether_there_is_anything",
            "tests/conversations/test_cases.py::test_asking_who_it_is_says_the_same_whether_there_is_anything_or_not",
        ),
        "Closing a case and taking a transfer need no page: they show nothing, and are undone or told to others.",
    ),
    "T-30": Abuse(
        "One way in forgets the check that the others make",
        (
            "tests/rules/test_abuse.py::test_whatever_comes_in_takes_the_one_turn",
            "tests/rules/test_doors.py::test_every_listener_is_listed",
            "tests/rules/test_tables.py::test_every_use_case_wears_a_permission",
        ),
    ),
    "T-31": Abuse(
        "A check fails and the code goes on",
        (
            "tests/bot/test_need_to_know.py::test_each_combination_of_ties_reads_what_the_strongest_lets_it",
            "tests/bot/test_access.py::test_no_use_case_lets_in_whom_the_table_does_not",
        ),
    ),
    "T-32": Abuse(
        "A command is open to all",
        ("tests/bot/test_access.py::test_who_may_is_heard_and_who_may_not_is_refused_and_changes_nothing",),
    ),
    "T-33": Abuse(
        "What is not shown is allowed all the same",
        (
            "tests/bot/test_access.py::test_no_use_case_lets_in_whom_the_table_does_not",
            "tests/conversations/test_lines.py"
            "::test_who_may_no_longer_do_a_thing_does_not_do_it_by_a_form_that_is_still_open",
        ),
    ),
    "T-34": Abuse(
        "An id that only looks like one on a list is let in",
        (
            "tests/bot/test_let_in.py::test_an_id_is_itself_and_nothing_like_it",
            "tests/bot/test_let_in.py::test_nor_is_who_comes_from_somewhere_like_it",
        ),
    ),
    "T-35": Abuse(
        "Another bot looks like ours and asks for codes",
        ("tests/rules/test_abuse.py::test_no_message_asks_for_a_code_or_a_password",),
        "Which apps a workspace takes is for its owners.",
    ),
    "T-36": Abuse(
        "The bot's own rights are used to read what its user may not",
        (
            "tests/integrations/slack/test_manifest.py::test_scopes_and_events_are_these",
            "tests/integrations/teams/test_package.py::test_it_asks_for_no_more_than_this",
        ),
    ),
}

DATA: dict[str, Abuse] = {
    "T-37": Abuse(
        "Somebody tries the references of others",
        (
            "tests/bot/test_equal_answers.py::test_another_boroughs_reference_is_answered_like_one_that_is_not_there",
            "tests/integrations/web/test_pages.py::test_others_read_nothing_of_it_and_not_even_that_it_exists",
            "tests/integrations/web/test_who.py::test_nobody_else_reads_it_and_not_even_that_there_is_one",
        ),
    ),
    "T-38": Abuse(
        "Somebody asks for one transfer after the other, to learn which there are",
        (
            "tests/conversations/test_transfer.py::test_somebody_elses_reference_and_an_unknown_one_get_the_same_answer",
            "tests/conversations/test_misses.py::test_a_coordinator_hears_of_whoever_asks_for_one_after_the_other",
            "tests/conversations/test_misses.py::test_who_does_not_leave_off_is_stopped_for_ten_minutes",
        ),
    ),
    "T-39": Abuse(
        "Somebody refers a child to learn whether the panel knows it",
        ("tests/bot/test_equal_answers.py::test_who_refers_a_child_that_is_known_reads_what_everybody_reads",),
    ),
    "T-40": Abuse(
        "What people typed is in the log",
        (
            "tests/integrations/test_logs.py::test_no_door_leads_into_the_log",
            "tests/integrations/test_metrics.py::test_no_label_says_who_or_about_what",
            "tests/bot/test_turns.py::test_an_error_of_the_database_is_logged_without_what_was_being_written",
        ),
    ),
    "T-41": Abuse(
        "An error shows SQL, a path or a name",
        (
            "tests/bot/test_what_breaks.py::test_whatever_table_is_gone_nobody_reads_what_broke",
            "tests/integrations/web/test_guard.py::test_a_fault_is_told_in_words_and_without_details",
        ),
    ),
    "T-42": Abuse(
        "A locked phone shows what it should not",
        (
            "tests/rules/test_markup.py::test_what_a_locked_phone_shows_holds_nothing_that_anybody_wrote",
            "tests/integrations/slack/test_limits.py::test_every_message_is_shown_whole",
            "tests/integrations/teams/test_limits.py::test_every_message_is_shown_whole",
        ),
    ),
    "T-43": Abuse(
        "A page with names is photographed, printed or shown to somebody",
        (
            "tests/integrations/web/test_who.py::test_an_owner_reads_who_it_is_and_the_page_closes_after_a_minute",
            "tests/integrations/web/test_pages.py"
            "::test_a_referral_is_read_with_its_names_by_whoever_sent_it_and_the_coordinator",
            "tests/integrations/web/test_pages.py::test_the_action_list_is_marked_with_who_reads_it_and_when",
        ),
    ),
    "T-44": Abuse(
        "A platform's search, export or AI finds what the bot said",
        (
            "tests/bot/test_turns.py::test_where_others_can_read_every_line_gets_one_sentence_and_has_no_effect",
            "tests/rules/test_tables.py::test_a_classified_value_cannot_reach_a_message",
            "tests/conversations/test_removal.py::test_after_a_week_only_the_reference_is_left_and_a_button_that_asks_again",
        ),
    ),
    "T-45": Abuse(
        "What looks at links uses them up, or shows where they lead",
        (
            "tests/integrations/web/test_signing_in.py::test_looking_at_a_link_does_not_use_it_up",
            "tests/integrations/web/test_signing_in.py::test_every_answer_is_kept_nowhere_and_framed_nowhere",
            "tests/integrations/slack/test_platform.py::test_nobody_is_pinged_and_no_link_is_unfurled",
        ),
    ),
    "T-46": Abuse(
        "A broadcast goes to the wrong place",
        (
            "tests/conversations/test_agenda.py::test_previewed_as_any_agency_sent_and_asked_about",
            "tests/conversations/test_agenda.py::test_a_stale_preview_is_not_sent",
        ),
        "Nothing is broadcast into channels: an agenda goes to each person alone. What was sent is not taken back.",
    ),
    "T-47": Abuse(
        "The database, its file or a backup is stolen",
        (
            "tests/storage/test_keys.py::test_nothing_secret_can_be_read_in_the_database",
            "tests/storage/test_backup.py::test_nothing_of_it_can_be_read_without_the_keys",
        ),
    ),
    "T-48": Abuse(
        "Whoever can write into the database can run code",
        ("tests/rules/test_abuse.py::test_nothing_that_is_kept_is_ever_run",),
    ),
    "T-49": Abuse(
        "A sealed value is moved to another place",
        ("tests/storage/test_keys.py::test_what_is_moved_to_another_column_does_not_open",),
        "From row to row of one column is not noticed: a seal is bound to its table and column.",
    ),
    "T-50": Abuse(
        "A key is never changed, or what it sealed is lost when it is",
        (
            "tests/storage/test_keys.py::test_the_newest_key_seals_and_the_older_ones_still_open",
            "tests/storage/test_resealing.py::test_killed_in_the_middle_it_goes_on_and_everything_opens",
            "tests/integrations/verbs/test_rotating.py::test_the_doctor_tells_of_a_key_that_is_a_year_old",
        ),
    ),
    "T-51": Abuse(
        "The audit is changed, cut or dated back",
        (
            "tests/storage/test_chain.py::test_the_database_refuses_to_change_an_entry",
            "tests/storage/test_chain.py::test_whatever_is_changed_afterwards_it_does_not",
            "tests/storage/test_chain.py::test_an_end_that_was_cut_off_shows_by_the_head_and_with_the_head_by_an_anchor",
            "tests/integrations/verbs/test_auditing.py::test_a_role_of_postgres_that_can_only_add",
        ),
    ),
    "T-52": Abuse(
        "Somebody who may read looks around",
        (
            "tests/integrations/web/test_access_log.py::test_an_agency_reads_what_its_own_people_read_and_changed",
            "tests/integrations/web/test_access_log.py::test_that_it_was_read_is_in_it_as_well",
        ),
        "An agency has to ask for its log: nobody is sent a digest, and many reads raise no alarm.",
    ),
    "T-53": Abuse(
        "An emergency is only claimed",
        (
            "tests/conversations/test_need_to_know.py"
            "::test_in_an_emergency_a_case_opens_and_two_posts_hear_of_it_at_once",
            "tests/conversations/test_need_to_know.py::test_the_review_is_chased_until_somebody_has_done_it",
            "tests/conversations/test_need_to_know.py::test_nobody_reviews_what_they_opened_themselves",
            "tests/conversations/test_need_to_know.py::test_a_reason_of_a_few_letters_opens_nothing",
        ),
    ),
    "T-54": Abuse(
        "What should be deleted is kept, or what a court needs is deleted",
        (
            "tests/bot/test_erasing.py::test_t54_what_was_erased_is_erased_again_after_a_restore",
            "tests/integrations/verbs/test_keeping.py::test_t54_what_was_erased_does_not_come_back",
            "tests/bot/test_erasing.py::test_what_may_not_be_erased",
            "tests/bot/test_erasing_a_case.py::test_if_any_of_it_is_held_nothing_goes",
            "tests/bot/test_erasing_a_case.py::test_by_the_reference_of_either_all_that_belongs_to_both_goes",
        ),
    ),
    "T-55": Abuse(
        "A small number in a report says which child it is",
        (
            "tests/conversations/test_register.py::test_the_register_is_for_who_oversees_the_panel",
            "tests/conversations/test_register.py::test_no_codeword_and_no_name_is_in_the_register",
        ),
        still="What is late or blocked is counted by agency, for who oversees the panel. No statistics go to others.",
    ),
}

INJECTION: dict[str, Abuse] = {
    "T-56": Abuse(
        "Somebody's words call people or show a false link in Slack",
        (
            "tests/rules/test_markup.py::test_in_slack_nothing_that_anybody_wrote_is_markup",
            "tests/integrations/slack/test_platform.py::test_nobody_is_pinged_and_no_link_is_unfurled",
        ),
    ),
    "T-57": Abuse(
        "Somebody's words are Markdown in Teams",
        (
            "tests/rules/test_markup.py::test_in_teams_nothing_that_anybody_wrote_is_markup",
            "tests/integrations/teams/test_limits.py::test_text_is_never_markup_and_arrives_as_it_is",
        ),
    ),
    "T-58": Abuse(
        "Somebody's words are a card's template",
        ("tests/rules/test_markup.py::test_in_teams_nothing_that_anybody_wrote_is_markup",),
    ),
    "T-59": Abuse(
        "Characters that nobody sees hide what is meant",
        (
            "tests/rules/test_markup.py::test_what_nobody_can_see_is_taken_out_before_anything_else",
            "tests/bot/test_kit.py::test_tidied_text_breaks_no_parser_and_is_tidy",
        ),
        "Letters of other alphabets that look like ours stay: names are written with them.",
    ),
    "T-60": Abuse(
        "An address that somebody wrote becomes a link",
        (
            "tests/rules/test_markup.py::test_in_slack_nothing_that_anybody_wrote_is_markup",
            "tests/rules/test_markup.py::test_in_teams_nothing_that_anybody_wrote_is_markup",
            "tests/rules/test_markup.py::test_on_a_page_and_in_a_letter_nothing_that_anybody_wrote_is_markup",
        ),
    ),
    "T-61": Abuse(
        "Somebody's words are run as a template",
        (
            "tests/rules/test_markup.py::test_what_anybody_wrote_is_no_template",
            "tests/rules/test_house.py::test_templates_are_set_up_in_one_place_a_language",
        ),
    ),
    "T-62": Abuse(
        "Somebody's words are run on a page",
        (
            "tests/integrations/web/test_stored.py::test_what_is_stored_is_shown_as_it_was_typed_and_never_run",
            "tests/rules/test_markup.py::test_on_a_page_and_in_a_letter_nothing_that_anybody_wrote_is_markup",
            "tests/rules/test_abuse.py::test_no_page_takes_words_for_markup",
        ),
    ),
    "T-63": Abuse(
        "Somebody's words are run as SQL, or find everything",
        (
            "tests/rules/test_abuse.py::test_no_words_are_put_into_sql",
            "tests/bot/test_equal_answers.py::test_a_wildcard_finds_nothing",
        ),
    ),
    "T-64": Abuse(
        "A name is a formula in somebody's spreadsheet",
        (
            "tests/integrations/test_spreadsheets.py::test_nothing_that_is_exported_is_a_formula",
            "tests/integrations/test_spreadsheets.py::test_what_goes_out_comes_in_again",
            "tests/bot/test_exporting.py::test_it_survives_the_file_in_both_directions",
        ),
    ),
    "T-65": Abuse(
        "A spreadsheet that is read is a bomb",
        (
            "tests/integrations/test_spreadsheets.py::test_a_bomb_does_not_go_off",
            "tests/integrations/test_spreadsheets.py::test_no_document_type_is_read",
            "tests/integrations/test_spreadsheets.py::test_nothing_that_acts_is_read",
            "tests/integrations/test_spreadsheets.py::test_too_many_rows_columns_and_letters_are_refused",
            "tests/integrations/test_spreadsheets.py::test_the_reader_has_little_memory_no_file_to_write_and_no_secret",
            "tests/integrations/web/test_importing.py::test_who_is_no_coordinator_is_refused_before_the_file_is_read",
        ),
    ),
    "T-66": Abuse(
        "Words are chosen so that reading them takes for ever",
        (
            "tests/rules/test_abuse.py::test_no_pattern_repeats_what_repeats",
            "tests/bot/test_wording.py::test_thousands_of_spaces_are_soon_read",
            "tests/conversations/test_lines.py::test_a_very_long_line_is_refused_whole",
            "tests/integrations/web/test_guard.py::test_a_huge_body_is_refused",
        ),
    ),
    "T-67": Abuse(
        "Somebody's words make up a line of the log, or a header",
        (
            "tests/integrations/test_logs.py::test_nobody_can_make_up_a_line",
            "tests/integrations/mail/test_mail.py::test_somebodys_words_cannot_become_markup_or_a_header",
        ),
    ),
    "T-68": Abuse(
        "Somebody's words are orders to a language model",
        ("tests/rules/test_abuse.py::test_nothing_that_runs_asks_a_language_model",),
    ),
    "T-69": Abuse(
        "A malicious file is dropped into the chat",
        (
            "tests/integrations/slack/test_requests.py::test_a_file_is_not_taken",
            "tests/integrations/teams/test_requests.py::test_a_file_is_not_taken",
        ),
    ),
}

TIME: dict[str, Abuse] = {
    "T-70": Abuse(
        "Several confirm the same thing at once",
        (
            "tests/bot/test_turns.py::test_of_ten_who_press_at_once_one_does_it_and_it_is_written_down_once",
            "tests/bot/test_turns.py::test_the_coordinator_confirms_while_the_owner_undoes",
        ),
    ),
    "T-71": Abuse(
        "A form that is sent twice makes two referrals",
        (
            "tests/bot/test_turns.py::test_a_form_that_is_sent_ten_times_at_once_is_one_referral",
            "tests/conversations/test_referral.py::test_a_second_press_on_the_last_page_sends_nothing_twice",
        ),
    ),
    "T-72": Abuse(
        "Somebody floods a panel with referrals",
        ("tests/conversations/test_strangers.py::test_but_not_without_end",),
        "Only strangers have a limit: whatever an agency's own people refer is taken, and it says whose it is.",
    ),
    "T-73": Abuse(
        "Somebody says “done” and it is not",
        (
            "tests/conversations/test_action.py::test_done_by_button_undo_and_the_coordinators_check",
            "tests/conversations/test_action.py::test_done_with_words_is_proposed_and_the_outcome_kept",
            "tests/bot/test_wording.py::test_only_the_word_with_courtesies_is_certain",
            "tests/bot/test_wording.py::test_one_word_more_is_not_certain",
            "tests/replies/test_score.py::test_replies_are_read_right_or_asked_about",
        ),
    ),
    "T-74": Abuse(
        "Reminders come twice, or in a storm",
        (
            "tests/scheduler/test_jobs.py::test_running_every_job_twice_owes_nothing_twice",
            "tests/scheduler/test_unknown.py::test_two_postmen_at_once_send_each_letter_once",
            "tests/scheduler/test_one_letter_a_day.py::test_of_two_postmen_only_one_asks_at_a_time_who_has_had_theirs",
        ),
    ),
    "T-75": Abuse(
        "A reminder is lost, and nobody knows",
        (
            "tests/scheduler/test_postman.py"
            "::test_a_busy_platform_is_tried_again_each_time_later_and_in_the_end_the_coordinator_is_told",
            "tests/scheduler/test_postman.py"
            "::test_what_can_never_arrive_fails_with_its_words_and_the_coordinator_is_told_once",
            "tests/scheduler/test_unknown.py"
            "::test_an_unknown_that_cannot_be_asked_about_is_held_and_shown_to_the_coordinator",
        ),
    ),
    "T-76": Abuse(
        "A date is wrong when the clocks change, or on a bank holiday",
        (
            "tests/scheduler/test_jobs.py::test_a_reminder_comes_once_and_at_half_past_nine_when_the_clocks_change",
            "tests/conversations/test_action.py::test_never_at_night_at_a_weekend_or_on_a_bank_holiday",
            "tests/bot/test_kit.py"
            "::test_two_working_days_from_friday_at_four_is_tuesday_at_four_even_when_the_clocks_change",
        ),
    ),
    "T-77": Abuse(
        "Somebody types that a child is in danger into a long form",
        (
            "tests/conversations/test_referral.py::test_danger_that_nobody_was_told_of_stops_the_form",
            "tests/conversations/test_referral.py::test_danger_does_not_wait_for_the_other_answers",
        ),
        "Words about danger in a later answer are not looked for: people decide, and 999 is asked about first.",
    ),
    "T-78": Abuse(
        "Two children are taken for one",
        still="No two cases can be merged yet, so none can be merged wrongly.",
    ),
    "T-79": Abuse(
        "A coordinator takes everything away in one file",
        (
            "tests/bot/test_taking_away.py::test_t79_what_people_wrote_is_left_out_and_not_even_opened",
            "tests/bot/test_taking_away.py::test_t79_it_is_known_who_has_it_and_why_and_its_coordinators_hear_at_once",
            "tests/bot/test_taking_away.py::test_t79_once_an_hour_and_each_borough_for_itself",
            "tests/bot/test_taking_away.py::test_t79_what_people_wrote_needs_a_second_person",
            "tests/bot/test_taking_away.py::test_t79_a_code_is_good_for_one_export",
            "tests/bot/test_taking_away.py::test_t79_the_file_says_whose_it_is_and_can_be_read_again",
            "tests/integrations/verbs/test_importing.py"
            "::test_t79_an_export_is_for_its_owner_never_over_another_file_and_once_an_hour",
        ),
        still="Nobody signs in anew for it. Whoever has the server's own machine has its keys, and needs no export.",
    ),
    "T-80": Abuse(
        "Somebody gives themselves a post",
        (
            "tests/conversations/test_joining.py::test_nobody_takes_on_another_post_of_a_panel_they_run",
            "tests/conversations/test_strangers.py::test_only_a_coordinator_adds_people",
            "tests/conversations/test_joining.py::test_nobody_hands_over_a_post_of_another_borough",
            "tests/integrations/verbs/test_panels.py::test_twice_changes_nothing_and_says_what_to_do",
        ),
        "With an account that the bot does not know yet, a coordinator can still be a second person.",
    ),
    "T-81": Abuse(
        "A package that we use is replaced by a bad one",
        (
            "tests/rules/test_docs.py::test_the_lock_files_hold_hashes_and_no_address",
            "tests/rules/test_image.py::test_everything_in_it_is_locked_with_hashes",
            "tests/clients/test_node.py::test_every_package_is_pinned_by_its_hash_and_none_by_an_address",
        ),
    ),
    "T-82": Abuse(
        "Somebody asks for so much that nobody else is answered",
        (
            "tests/conversations/test_day.py::test_today_is_paged_and_a_page_that_is_gone_is_the_last",
            "tests/conversations/test_day.py::test_late_actions_of_one_agency_are_paged",
            "tests/conversations/test_register.py::test_the_register_comes_a_page_at_a_time",
        ),
        still="Each answer is short and from an index; how often somebody may ask is not limited.",
    ),
    "T-83": Abuse(
        "While a platform is down nobody sees what is due",
        (
            "tests/integrations/web/test_pages.py::test_while_every_platform_is_down_what_is_due_is_on_the_page",
            "tests/integrations/verbs/test_doctor.py::test_a_platform_on_which_all_fails",
            "tests/integrations/web/test_browser.py::test_what_is_printed_is_the_page_and_who_printed_it",
        ),
    ),
    "T-84": Abuse(
        "What is for one person is sent to another",
        (
            "tests/scheduler/test_postman.py::test_whoever_holds_the_post_when_it_is_sent_gets_it",
            "tests/scheduler/test_postman.py"
            "::test_a_post_that_passes_to_somebody_else_at_the_last_moment_leaves_the_letter",
            "tests/scheduler/test_postman.py::test_a_letter_of_another_account_goes_to_whoever_holds_the_post",
        ),
    ),
}

CASES: dict[str, Abuse] = {**TRANSPORT, **WHO, **DATA, **INJECTION, **TIME}
