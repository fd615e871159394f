//! The Unix socket in the data folder: whoever can open it owns the folder.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// Its name in the data folder.
pub const SOCKET: &str = "redtrail.sock";
/// Longest path a socket can be bound or connected to by, bytes: 108 with the zero at its end.
const SOCKET_PATH_MAX_BYTES: usize = 107;

/// A path to a socket that the operating system takes, however deep its folder lies.
#[derive(Debug)]
pub struct SocketPath {
    path: PathBuf,
    /// Open as long as the path is used, which may go through it.
    _folder: Option<File>,
}

impl SocketPath {
    /// The socket of a data folder.
    ///
    /// # Errors
    /// The folder cannot be opened.
    pub fn of(folder: &Path) -> io::Result<SocketPath> {
        let path = folder.join(SOCKET);
        if path.as_os_str().len() <= SOCKET_PATH_MAX_BYTES {
            return Ok(SocketPath { path, _folder: None });
        }
        let folder = File::open(folder)?;
        Ok(SocketPath {
            path: PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd())),
            _folder: Some(folder),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A bound socket; its file goes away with this.
#[derive(Debug)]
pub(super) struct LocalSocket {
    path: SocketPath,
    listener: Option<UnixListener>,
}

impl LocalSocket {
    /// Binds the socket of a folder whose store is open: a socket that is there is a leftover, since nobody else has
    /// the folder.
    ///
    /// # Errors
    /// Something else has its name, or it cannot be bound.
    pub fn bind(folder: &Path) -> io::Result<LocalSocket> {
        let path = SocketPath::of(folder)?;
        match std::fs::symlink_metadata(path.path()) {
            Ok(found) if found.file_type().is_socket() => std::fs::remove_file(path.path())?,
            Ok(_) => return Err(io::Error::other("something that is not a socket has its name")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let listener = UnixListener::bind(path.path())?;
        std::fs::set_permissions(path.path(), Permissions::from_mode(0o600))?;
        Ok(LocalSocket {
            path,
            listener: Some(listener),
        })
    }

    /// The listener, once.
    pub fn take(&mut self) -> Option<UnixListener> {
        self.listener.take()
    }
}

impl Drop for LocalSocket {
    fn drop(&mut self) {
        // Not there any more, or it stays as a leftover that the next start removes.
        let _ = std::fs::remove_file(self.path.path());
    }
}
