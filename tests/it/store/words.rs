//! What a word look-up opens in the embedded engine.

use redtrail::model::filter::{Direction, Filter};
use redtrail::model::kind::Kind;
use redtrail::model::query::term::{Term, Test};
use redtrail::model::words::Phrase;
use redtrail::store::call::Steps;
use redtrail::store::{ListRequest, Page, RecordLog, Store};
use tempfile::TempDir;

use super::engine::open;
use super::make::{call, commit, log};

const FRAMES: usize = 40;
const ROWS: usize = 150;

/// A page of a term, and the sums of a number in its steps.
async fn page(store: &impl RecordLog, test: Test, names: &[&str]) -> (Page<redtrail::model::record::Record>, Vec<u64>) {
    let mut call = call();
    call.steps = Steps::on();
    let mut filter = Filter::of(Kind::ExternalEvent);
    filter.narrow(Term::of(test));
    let request = ListRequest {
        filter,
        after: None,
        direction: Direction::NewestFirst,
        limit: 50,
    };
    let page = store.list(&call, &request).await.unwrap();
    let steps = call.steps.take();
    let data = || steps.iter().filter_map(|step| step.data.as_ref());
    let sum = |name: &&str| data().filter_map(|data| data[*name].as_u64()).sum();
    (page, names.iter().map(sum).collect())
}

#[tokio::test]
async fn a_word_opens_only_frames_that_have_it_also_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let mut store = open(folder.path());
    for frame in 0..FRAMES {
        let item = |row: usize| {
            let rare = if frame % 13 == 5 && row == 70 { "needle" } else { "hay" };
            let text = format!(r#"{{"id":"{frame}-{row}","payload":"common {rare} word{frame}x{row}"}}"#);
            log(Kind::ExternalEvent, 1, &text)
        };
        store
            .commit(&call(), commit((0..ROWS).map(item).collect()))
            .await
            .unwrap();
    }
    for round in 0..2 {
        let words = |text: &str| Test::Words(Phrase::of(text, false).unwrap());
        let opened = ["framesOpened", "read"];
        let (found, sums) = page(&store, words("needle"), &opened).await;
        assert_eq!(found.items.len(), 3);
        // Two parts of each frame that has it.
        assert!(sums[0] <= 6 && sums[1] <= 3 * ROWS as u64, "round {round}: {sums:?}");
        let (found, sums) = page(&store, words("word7x7"), &opened).await;
        assert_eq!((found.items.len(), found.next), (1, None));
        assert!(sums[0] <= 2, "round {round}: {sums:?}");
        let (found, sums) = page(&store, words("nowhere"), &opened).await;
        assert_eq!((found.items.len(), found.next), (0, None));
        assert_eq!(sums, [0, 0], "round {round}");
        // A common word fills the page from the newest frame.
        let (found, sums) = page(&store, words("common"), &opened).await;
        assert_eq!(found.items.len(), 50);
        assert!(sums[0] <= 2, "round {round}: {sums:?}");
        store.close().await.unwrap();
        drop(store);
        store = open(folder.path());
    }
}
