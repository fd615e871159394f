//! The house itself: layers point down only, files stay small, and what only one room may name stays there.

use std::path::{Path, PathBuf};

/// Longest source file, in lines.
const FILE_MAX_LINES: usize = 600;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    let all: Vec<_> = sources(&root)
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).unwrap()))
        .collect();
    assert!(all.len() > 10, "the sources were not found");
    all
}

/// The layer of a top-level module; leaves may be named by every layer and name only the model.
fn layer(room: &str) -> usize {
    match room {
        "model" => 0,
        "clock" | "config" | "crypto" | "telemetry" => 1,
        "store" => 2,
        "access" | "ingest" | "export" | "demo" => 3,
        "web" => 4,
        "app" | "cli" => 5,
        other => panic!("src/{other} has no layer: give it one here and in docs/ARCHITECTURE.md"),
    }
}

fn room(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

#[test]
fn imports_point_down_only() {
    for (file, text) in all() {
        if file == "lib.rs" || file == "main.rs" {
            continue;
        }
        let own = room(&file);
        for named in text.split("crate::").skip(1) {
            let named = named.split(|c: char| !c.is_ascii_lowercase()).next().unwrap();
            let up = layer(named) > layer(own);
            let sibling = layer(named) == 3 && layer(own) == 3 && named != own;
            assert!(!up && !sibling, "{file} names {named}, which it must not know");
        }
    }
}

#[test]
fn only_their_own_rooms_name_sled_and_the_system_clock() {
    for (file, text) in all() {
        assert!(
            !text.contains("sled::") || file.starts_with("store/embedded/"),
            "{file} names sled"
        );
        assert!(
            !text.contains("SystemTime") || file.starts_with("clock/"),
            "{file} reads the system clock"
        );
    }
}

#[test]
fn the_model_does_no_io_and_nothing_async() {
    for (file, text) in all().into_iter().filter(|(file, _)| file.starts_with("model/")) {
        for word in ["std::fs", "std::net", "std::io", "async fn", "tokio", "Instant::now"] {
            assert!(!text.contains(word), "{file} names {word}");
        }
    }
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    for (file, text) in all() {
        let lines = text.lines().count();
        assert!(
            lines <= FILE_MAX_LINES,
            "{file} has {lines} lines: split it by what it is for"
        );
    }
}
