//! What was sent and what was acknowledged, as the sender noted it on disk.
//!
//! A connection has two files: `NAME.sent` has each body before it is sent, after a line `#NUMBER`;
//! `NAME.acked` has, synced after each answer, a line `kind id hash` an item and a line `acked NUMBER`, or a line
//! `broken NUMBER` for a request whose answer never came.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::traffic::Name;

/// The hash of an item as sent.
pub fn hash(item: &str) -> String {
    blake3::hash(item.as_bytes()).to_hex().to_string()
}

/// The two files of a connection, for writing.
pub struct Journal {
    sent: File,
    acked: File,
}

impl Journal {
    pub fn create(folder: &Path, name: &str) -> Journal {
        let file = |ending: &str| File::create_new(folder.join(format!("{name}.{ending}"))).unwrap();
        Journal {
            sent: file("sent"),
            acked: file("acked"),
        }
    }

    /// Before a request.
    pub fn sends(&mut self, number: usize, items: &[String]) {
        let text = format!("#{number}\n{}\n", items.join("\n"));
        self.sent.write_all(text.as_bytes()).unwrap();
    }

    /// After its answer; it does not count before this returns.
    pub fn acked(&mut self, number: usize, items: &[String]) {
        let line = |item: &String| {
            let name = Name::of(item);
            format!("{} {} {}\n", name.kind, name.id, hash(item))
        };
        let lines: String = items.iter().map(line).collect();
        self.note(&format!("{lines}acked {number}\n"));
    }

    pub fn broken(&mut self, number: usize) {
        self.note(&format!("broken {number}\n"));
    }

    fn note(&mut self, text: &str) {
        self.acked.write_all(text.as_bytes()).unwrap();
        self.acked.sync_data().unwrap();
    }
}

/// One version of a record.
#[derive(Debug, Clone)]
pub struct Sending {
    pub item: String,
    pub is_acked: bool,
}

/// Everything noted by all connections.
#[derive(Debug, Default)]
pub struct Noted {
    /// Versions of each record, in the order in which they were first sent.
    pub records: BTreeMap<Name, Vec<Sending>>,
    /// Records of the journals read last.
    pub touched: BTreeSet<Name>,
    /// Bodies of the journals read last whose answer never came.
    pub broken: Vec<Vec<String>>,
    pub acked_requests: usize,
}

impl Noted {
    /// Reads every journal of a folder.
    pub fn read(folder: &Path) -> Noted {
        let mut noted = Noted::default();
        noted.read_more(folder, "");
        noted
    }

    /// Reads the journals whose names begin so, in the order of their names.
    pub fn read_more(&mut self, folder: &Path, name: &str) {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| {
            let file = path.file_name().unwrap().to_string_lossy();
            file.starts_with(name) && file.ends_with(".sent")
        });
        files.sort();
        self.touched.clear();
        self.broken.clear();
        for file in files {
            self.add(&file);
        }
    }

    fn add(&mut self, sent: &Path) {
        let text = std::fs::read_to_string(sent.with_extension("acked")).unwrap();
        let mut hashes: BTreeSet<String> = BTreeSet::new();
        let mut acked: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut broken: BTreeSet<&str> = BTreeSet::new();
        for line in text.lines() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["acked", number] => {
                    acked.insert(number, std::mem::take(&mut hashes));
                }
                ["broken", number] => {
                    broken.insert(number);
                }
                [_, _, hash] => {
                    hashes.insert(hash.to_owned());
                }
                _ => panic!("a line of no known form: {line}"),
            }
        }
        self.acked_requests += acked.len();
        let bodies = std::fs::read_to_string(sent).unwrap();
        let mut number = "";
        for line in bodies.lines() {
            if let Some(next) = line.strip_prefix('#') {
                number = next;
                if broken.contains(number) {
                    self.broken.push(Vec::new());
                }
                continue;
            }
            let is_acked = acked.get(number).is_some_and(|hashes| {
                assert!(hashes.contains(&hash(line)), "the journal has another hash for {line}");
                true
            });
            let item = line.to_owned();
            if broken.contains(number) {
                self.broken.last_mut().unwrap().push(item.clone());
            }
            let name = Name::of(line);
            self.touched.insert(name.clone());
            let versions = self.records.entry(name).or_default();
            // Sent again it is no other version.
            match versions.iter_mut().find(|version| version.item == item) {
                Some(before) => before.is_acked |= is_acked,
                None => versions.push(Sending { item, is_acked }),
            }
        }
    }

    /// Records of which a version was acknowledged.
    pub fn acked(&self) -> impl Iterator<Item = (&Name, &Vec<Sending>)> {
        self.records
            .iter()
            .filter(|(_, sendings)| sendings.iter().any(|sending| sending.is_acked))
    }
}
