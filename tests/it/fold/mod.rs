//! The fold: what a set of versions says does not depend on how they arrive.

mod sender;
mod sentences;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use redtrail::model::fold::Folded;
use redtrail::model::kind::Kind;
use redtrail::model::version::Version;

/// A way to fold versions; the real one, and wrong ones that the properties must catch.
type Fold = fn(&[Version]) -> Folded;

fn real(versions: &[Version]) -> Folded {
    let mut whole = Folded::default();
    for version in versions {
        whole.merge(&Folded::of(version));
    }
    whole
}

/// Every property of the fold, for one multiset of versions and one shuffling of it.
fn holds(fold: Fold, kind: Kind, versions: &[Version], shuffled: &[Version], cut: usize) -> Result<(), String> {
    let straight = fold(versions);
    let check = |name: &str, holds: bool| {
        if holds {
            Ok(())
        } else {
            Err(format!("{name}: {versions:#?}"))
        }
    };
    check("any order gives the same", fold(shuffled) == straight)?;
    let doubled: Vec<Version> = versions.iter().chain(shuffled).cloned().collect();
    check("again changes nothing", fold(&doubled) == straight)?;
    let (first, rest) = shuffled.split_at(cut.min(shuffled.len()));
    let mut grouped = fold(first);
    grouped.merge(&fold(rest));
    check("any grouping gives the same", grouped == straight)?;
    let mut stored = Folded::default();
    for version in shuffled {
        let bytes = postcard::to_allocvec(&stored).map_err(|e| e.to_string())?;
        stored = postcard::from_bytes(&bytes).map_err(|e| e.to_string())?;
        stored.merge(&fold(std::slice::from_ref(version)));
    }
    check("storing between versions changes nothing", stored == straight)?;
    let (summary, body) = straight.clone().split(kind);
    check("lists see the state", summary.state(kind) == straight.state(kind))?;
    check(
        "lists see the error",
        summary.brief_error(kind) == straight.brief_error(kind),
    )?;
    let mut joined = body;
    joined.merge(&summary);
    check(
        "two halves are the whole",
        joined == straight && joined.fields(kind) == straight.fields(kind),
    )?;
    check(
        "what is shown is what the highest says",
        sender::shows_the_highest(kind, versions, &straight),
    )
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(600)
}

fn run(fold: Fold, cases: u32) -> Result<(), String> {
    let config = Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        max_shrink_iters: 0,
        ..Config::default()
    };
    let sent = sender::sending().prop_flat_map(|(kind, versions)| {
        let shuffled = Just(versions.clone()).prop_shuffle();
        (Just(kind), Just(versions), shuffled, 0usize..8)
    });
    let mut runner = TestRunner::new(config);
    runner
        .run(&sent, |(kind, versions, shuffled, cut)| {
            holds(fold, kind, &versions, &shuffled, cut).map_err(TestCaseError::fail)
        })
        .map_err(|error| error.to_string())
}

#[test]
fn any_multiset_of_versions_in_any_order_and_grouping_reads_the_same() {
    if let Err(error) = run(real, cases()) {
        panic!("{error}");
    }
}

#[test]
fn each_seeded_bug_of_the_fold_is_caught() {
    let bugs: [(&str, Fold); 6] = [
        ("the last to arrive wins", |versions| {
            let mut whole = Folded::default();
            for (at, version) in (0i64..).zip(versions) {
                let mut version = version.clone();
                version.order.updated_at = Some(redtrail::model::time::Micros(at));
                whole.merge(&Folded::of(&version));
            }
            whole
        }),
        ("an end does not outrank a beginning", |versions| {
            let flat = versions.iter().map(|version| {
                let mut version = version.clone();
                version.order.rank = None;
                version
            });
            real(&flat.collect::<Vec<_>>())
        }),
        ("ends are not ordered by their time", |versions| {
            let flat = versions.iter().map(|version| {
                let mut version = version.clone();
                version.order.end = None;
                version
            });
            real(&flat.collect::<Vec<_>>())
        }),
        ("only the first version counts", |versions| {
            real(versions.get(..1).unwrap_or_default())
        }),
        ("trouble of every state is mixed", |versions| {
            let mixed = versions.iter().map(|version| {
                let mut version = version.clone();
                version.state = None;
                version
            });
            real(&mixed.collect::<Vec<_>>())
        }),
        ("log lines of later versions are lost", |versions| {
            let mut seen = false;
            let cut = versions.iter().map(|version| {
                let mut version = version.clone();
                if seen {
                    version.fields.retain(|field| &*field.name != "logs");
                }
                seen |= version.fields.iter().any(|field| &*field.name == "logs");
                version
            });
            real(&cut.collect::<Vec<_>>())
        }),
    ];
    for (name, bug) in bugs {
        assert!(run(bug, 600).is_err(), "not caught: {name}");
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn damaged_bytes_are_refused_or_read_but_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>()) {
        let whole = real(&sender::example());
        let mut stored = postcard::to_allocvec(&whole).unwrap();
        let at = at.index(stored.len());
        stored[at] ^= bytes.pop().unwrap_or(1);
        for bytes in [&bytes, &stored] {
            if let Ok(read) = postcard::from_bytes::<Folded>(bytes) {
                for kind in Kind::SENT {
                    let _ = (read.fields(kind), read.marks(kind), read.brief_error(kind), read.clone().split(kind));
                }
            }
        }
    }
}
