//! The data folder: made for its owner only, and never one that belongs to something else.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::crypto;

/// Its owner may do everything, others nothing.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// A folder with one of these files is ours.
const OWN_FILES: [&str; 3] = ["format", "lock", crypto::KEY_FILE];
/// What an empty folder may hold: a file system puts it there.
const LOST_AND_FOUND: &str = "lost+found";
/// Marks a folder that `--demo` may empty.
const DEMO_MARKER: &str = "redtrail-demo-folder";
/// Locked by the store as long as it is open.
const LOCK_FILE: &str = "lock";

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{} cannot be used: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} is not a folder", .0.display())]
    NoFolder(PathBuf),
    #[error("{} does not exist: start the server there first, or name another folder with --data-dir", .0.display())]
    Absent(PathBuf),
    #[error("{} holds something other than redtrail data: choose an empty folder, or one that does not exist", .0.display())]
    Foreign(PathBuf),
    #[error(
        "{} would be emptied, but it holds no file named {DEMO_MARKER}, so it was not made by --demo: remove the \
         folder yourself, or start in another place",
        .0.display()
    )]
    NoDemo(PathBuf),
    #[error("{} is in use by another redtrail process", .0.display())]
    InUse(PathBuf),
}

/// Whether a folder that is not there is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    Make,
    Refuse,
}

/// A folder that is there and may be used.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens or makes the folder; it is absolute afterwards, with links resolved.
    ///
    /// # Errors
    /// It cannot be made or read, or holds something that is not ours.
    pub fn open(path: &Path, absent: Absent) -> Result<Folder, FolderError> {
        let failed = |source| FolderError::Io {
            path: path.to_owned(),
            source,
        };
        match std::fs::metadata(path) {
            Ok(found) if !found.is_dir() => return Err(FolderError::NoFolder(path.to_owned())),
            Ok(found) => {
                let is_ours = OWN_FILES.iter().any(|name| path.join(name).is_file());
                if !is_ours && !is_empty(path).map_err(failed)? {
                    return Err(FolderError::Foreign(path.to_owned()));
                }
                let mode = found.permissions().mode() & 0o777;
                if mode != FOLDER_MODE {
                    close_to_others(path, mode);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && absent == Absent::Make => {
                make(path).map_err(failed)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(FolderError::Absent(path.to_owned())),
            Err(error) => return Err(failed(error)),
        }
        path.canonicalize().map(Folder).map_err(failed)
    }

    /// An empty folder for `--demo`: made, or emptied if an earlier `--demo` made it.
    ///
    /// # Errors
    /// It holds something and was not made by `--demo`, another process has it open, or it cannot be made or emptied.
    pub fn renew_demo(path: &Path) -> Result<(), FolderError> {
        let failed = |source| FolderError::Io {
            path: path.to_owned(),
            source,
        };
        // The folder itself, not what a link leads to.
        match std::fs::symlink_metadata(path) {
            Ok(found) if !found.is_dir() => return Err(FolderError::NoFolder(path.to_owned())),
            Ok(_) if path.join(DEMO_MARKER).is_file() => {}
            Ok(_) if is_empty(path).map_err(failed)? => {}
            Ok(_) => return Err(FolderError::NoDemo(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(path).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        }
        let _lock = hold(path)?;
        // The marker stays: whatever stops this half-way, the next start may go on with it.
        for entry in std::fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name() == DEMO_MARKER || entry.file_name() == LOST_AND_FOUND {
                continue;
            }
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            let path = entry.path();
            let removed = if is_folder {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
            removed.map_err(failed)?;
        }
        let marked = "This folder was made by redtrail serve --demo, which empties it at each start.\n";
        write_private(&path.join(DEMO_MARKER), marked).map_err(failed)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// The lock of an emptied folder's store, so that none is deleted under a running server.
fn hold(path: &Path) -> Result<Option<File>, FolderError> {
    let failed = |source| FolderError::Io {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path.join(LOCK_FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn is_empty(path: &Path) -> io::Result<bool> {
    for entry in std::fs::read_dir(path)? {
        let name = entry?.file_name();
        if name != LOST_AND_FOUND && name != DEMO_MARKER {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Parents get the usual mode, the folder itself is its owner's only.
fn make(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    match DirBuilder::new().mode(FOLDER_MODE).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    File::open(parent)?.sync_all()
}

fn close_to_others(path: &Path, mode: u32) {
    if let Err(error) = std::fs::set_permissions(path, Permissions::from_mode(FOLDER_MODE)) {
        let mode = format!("{mode:o}");
        tracing::warn!(%error, mode, "the data folder is open to others and cannot be closed to them");
    }
}

/// Writes a file that only its owner can read: whole, durably, and in place of what was there.
///
/// # Errors
/// It cannot be written.
pub(super) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    // One that a crash left could have another mode.
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
