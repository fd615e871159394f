//! The last durable sequence, kept beside the log: sled drops what follows a damaged place without a word, and
//! this file tells. A thread of its own writes it after the commit it speaks of, beside the next one's fsync and
//! at once when nothing follows; so it is never ahead of the data, and the last commit before a power loss may
//! not be covered.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::store::StoreError;

pub(super) const FILE: &str = "watermark";
/// Two slots, written in turn, in blocks of their own: a torn write spoils one of them.
const SLOT_BYTES: usize = 4096;
const SLOTS: u64 = 2;
/// sequence, generation, crc.
const USED: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    sequence: u64,
    generation: u64,
}

#[derive(Default)]
struct Wanted {
    sequence: u64,
    written: u64,
    stopping: bool,
}

struct Inner {
    wanted: Mutex<Wanted>,
    changed: Condvar,
}

pub(super) struct Watermark {
    inner: Arc<Inner>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the file says at a start.
pub(super) struct Found {
    /// The last durable sequence.
    pub sequence: u64,
    generation: u64,
    pub damage: Vec<String>,
}

/// Reads both slots; the newer one counts.
///
/// `is_expected`: something was acknowledged, so a missing file is damage.
pub(super) fn read(folder: &Path, is_expected: bool) -> Result<Found, StoreError> {
    let mut found = Found {
        sequence: 0,
        generation: 0,
        damage: Vec::new(),
    };
    let bytes = match std::fs::read(folder.join(FILE)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if is_expected {
                let told = "the watermark file is missing: whether the log ends where it should is not known";
                found.damage.push(told.to_owned());
            }
            return Ok(found);
        }
        Err(error) => return Err(error.into()),
    };
    for number in 0..SLOTS as usize {
        let at = number.saturating_mul(SLOT_BYTES);
        let slot = bytes
            .get(at..at.saturating_add(USED))
            .and_then(|slot| slot.first_chunk::<USED>());
        match slot.and_then(decode) {
            Some(mark) if mark.generation >= found.generation => {
                (found.sequence, found.generation) = (mark.sequence, mark.generation);
            }
            Some(_) => {}
            None => found
                .damage
                .push(format!("watermark slot {number}: its checksum differs")),
        }
    }
    Ok(found)
}

impl Watermark {
    /// `durable` is the sequence it begins with; `failed` is called when it cannot be written any more.
    pub(super) fn start(
        folder: &Path,
        found: &Found,
        durable: u64,
        failed: impl Fn() + Send + 'static,
    ) -> Result<Watermark, StoreError> {
        let path = folder.join(FILE);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut generation = found.generation;
        // Both slots, so that a damaged one is mended and an empty one is not taken for damage.
        for _ in 0..SLOTS {
            generation = generation.saturating_add(1);
            write(
                &file,
                Mark {
                    sequence: durable,
                    generation,
                },
            )?;
        }
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        let wanted = Wanted {
            sequence: durable,
            written: durable,
            stopping: false,
        };
        let inner = Arc::new(Inner {
            wanted: Mutex::new(wanted),
            changed: Condvar::new(),
        });
        let theirs = Arc::clone(&inner);
        let thread = std::thread::Builder::new()
            .name("watermark".to_owned())
            .spawn(move || {
                if let Err(error) = theirs.work(&file, generation) {
                    tracing::error!(%error, "the watermark cannot be written");
                    failed();
                }
            })?;
        Ok(Watermark {
            inner,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Everything up to this sequence is durable.
    pub(super) fn reached(&self, sequence: u64) {
        lock(&self.inner.wanted).sequence = sequence;
        self.inner.changed.notify_one();
    }

    /// Writes what is still to be written and ends the thread.
    pub(super) fn stop(&self) {
        lock(&self.inner.wanted).stopping = true;
        self.inner.changed.notify_one();
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join();
        }
    }
}

impl Inner {
    fn work(&self, file: &File, mut generation: u64) -> std::io::Result<()> {
        loop {
            let mut wanted = lock(&self.wanted);
            while wanted.sequence == wanted.written && !wanted.stopping {
                wanted = self.changed.wait(wanted).unwrap_or_else(PoisonError::into_inner);
            }
            if wanted.sequence == wanted.written {
                return Ok(());
            }
            let sequence = wanted.sequence;
            wanted.written = sequence;
            drop(wanted);
            generation = generation.saturating_add(1);
            write(file, Mark { sequence, generation })?;
            file.sync_data()?;
        }
    }
}

fn write(file: &File, mark: Mark) -> std::io::Result<()> {
    let mut slot = [0; SLOT_BYTES];
    let numbers = [mark.sequence.to_le_bytes(), mark.generation.to_le_bytes()].concat();
    let crc = crc32fast::hash(&numbers).to_le_bytes();
    for (to, from) in slot.iter_mut().zip(numbers.into_iter().chain(crc)) {
        *to = from;
    }
    file.write_all_at(&slot, (mark.generation % SLOTS).saturating_mul(SLOT_BYTES as u64))
}

fn decode(slot: &[u8; USED]) -> Option<Mark> {
    let (numbers, crc) = slot.split_last_chunk::<4>()?;
    let (sequence, generation) = numbers.split_first_chunk::<8>()?;
    let mark = Mark {
        sequence: u64::from_le_bytes(*sequence),
        generation: u64::from_le_bytes(*generation.first_chunk()?),
    };
    (crc32fast::hash(numbers) == u32::from_le_bytes(*crc)).then_some(mark)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
