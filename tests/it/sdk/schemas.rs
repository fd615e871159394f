//! The table of what the client's schemas demand is made from them.

use super::reads::node;

#[test]
fn the_table_of_demanded_fields_is_what_the_pinned_client_demands() {
    let made = node("required-fields.mjs", "");
    let kept = include_str!("../../sdk/required-fields.json");
    assert!(
        made == kept,
        "tests/sdk/required-fields.json is out of date; in tests/sdk run: \
         node required-fields.mjs > required-fields.json"
    );
}
