//! The conformance suite: what every engine must do, run on each of them.

mod alike;
mod damage;
mod engine;
mod entities;
mod expiry;
mod limits;
mod links;
mod lists;
pub mod make;
mod owners;
mod records;
mod removal;
mod siblings;
mod state;
mod terms;
mod traffic;
mod words;

/// One test of an engine for every case.
macro_rules! conformance {
    ($engine:expr => $($file:ident { $($case:ident)* })*) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn $case() {
                super::$file::$case(&$engine).await;
            }
        )*)*
    };
}

/// The suite on an engine: the only line a new engine adds.
macro_rules! suite {
    ($name:ident, $engine:expr) => {
        mod $name {
            conformance! { $engine =>
                records {
                    the_fold_over_requests_and_restarts_equals_the_fold_of_all_versions
                    a_summary_is_the_summary_half_of_the_whole
                    the_same_again_is_a_duplicate_also_in_one_commit_and_after_a_restart
                    equal_ids_of_different_kinds_and_nodes_are_different_records
                    a_commit_whose_state_does_not_hold_does_nothing
                    changes_report_each_transition_once_in_order_of_arrival
                    a_record_whose_id_was_made_is_new_and_found
                    a_closed_store_takes_nothing
                    stats_count_and_verify_finds_nothing_wrong
                    a_record_and_an_entity_can_only_grow_so_far
                }
                owners {
                    another_customer_than_the_stored_one_is_refused
                    a_sender_of_one_customer_meets_and_learns_nothing_of_others
                    a_missing_owner_is_derived_and_an_explicit_one_replaces_it
                    a_place_is_the_smallest_of_its_first_commit_and_never_moves
                    what_is_known_beside_the_versions_is_of_the_first_arrival
                }
                entities {
                    an_entity_that_goes_a_b_a_with_times_stays_at_the_newest
                    an_entity_that_goes_a_b_a_without_times_is_a_again
                    an_entity_can_be_seen_as_it_was
                    a_change_of_an_entity_is_a_record_that_says_what_changed
                    an_entity_is_found_by_its_name_or_key_whole_or_by_its_beginning
                    names_that_went_and_names_outside_the_scope_find_nothing
                    an_id_beats_a_key_and_of_equal_keys_the_newest_counts
                    entities_are_listed_by_place_in_pages_both_ways
                    entities_outside_the_scope_are_not_there
                }
                links {
                    links_can_be_walked_both_ways_the_cause_first
                    links_can_be_walked_both_ways_the_effect_first
                    a_link_to_what_was_never_received_is_there_from_both_ends
                    a_link_that_a_newer_version_takes_away_is_gone
                    many_links_come_in_pages
                    a_link_is_seen_by_who_sees_the_record_that_names_it
                }
                siblings {
                    a_node_with_ten_thousand_runs_is_paged_failed_ones_first
                    pages_of_children_are_all_of_them_in_order
                    what_comes_in_while_somebody_pages_moves_no_page
                    what_the_scope_does_not_hold_is_listed_as_not_received
                    the_colour_from_below_is_what_the_table_says
                    a_call_for_too_many_colours_answers_the_first_thousand
                }
                expiry {
                    what_is_older_is_gone_from_every_read_but_changes_and_stays_so
                    what_was_forgotten_does_not_come_back_and_the_time_never_moves_back
                    an_id_that_was_forgotten_may_be_of_a_new_record
                    very_many_records_are_forgotten_in_several_calls
                }
                lists {
                    filters_on_state_time_and_ids_give_what_a_plain_scan_gives
                    pages_in_both_directions_equal_a_full_scan_while_records_are_inserted
                    a_list_shows_only_what_is_in_the_scope
                }
                terms {
                    ten_thousand_random_filters_give_what_a_plain_scan_gives
                    a_word_of_any_script_finds_its_record_and_no_other
                    a_word_of_any_version_finds_the_record_also_when_it_was_put_together
                }
                state {
                    a_value_is_written_only_over_the_revision_that_was_read
                    a_scan_gives_the_keys_that_begin_so_in_their_order
                    the_ledger_sums_what_each_source_sent_by_the_minute
                    refused_items_are_kept_up_to_the_limit_of_a_day
                    what_was_received_and_refused_is_read_back_however_long_ago
                }
                alike {
                    any_order_and_cut_of_versions_reads_the_same
                    a_long_mixture_of_operations_is_answered_as_the_oracle_does
                }
            }
        }
    };
}

suite!(memory, super::engine::Memory);
suite!(embedded, super::engine::Embedded::new());
