//! Which commit a binary was built from, for `redtrail --version`; and that it is linked to nothing but glibc.

use std::path::Path;
use std::process::Command;

/// What goes into the binary: a change of it makes the commit a dirty one.
const SOURCES: [&str; 6] = ["src", "templates", "static", "Cargo.toml", "Cargo.lock", "build.rs"];

fn main() {
    for path in SOURCES {
        if Path::new(path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    // A build without the repository (an image, an archive) may be told.
    println!("cargo:rerun-if-env-changed=SOURCE_COMMIT");
    for file in ["HEAD", "index", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file]);
        // One that is not there would make every build run this.
        if let Some(path) = path.filter(|path| Path::new(path).exists()) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    let told = std::env::var("SOURCE_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = told.or_else(commit).unwrap_or_else(|| "unknown".to_owned());
    // Not named REDTRAIL_…: cargo hands it on to what it runs, where such variables are settings.
    println!("cargo:rustc-env=BUILD_COMMIT={commit}");
    link_unwinder();
}

/// Rust's standard library asks the linker for gcc's shared library for unwinding. A file of that name that stands
/// for the static one makes the binary run where only glibc is.
fn link_unwinder() {
    let is_gnu = std::env::var("TARGET").is_ok_and(|target| target.ends_with("-linux-gnu"));
    let Ok(folder) = std::env::var("OUT_DIR") else { return };
    if is_gnu && std::fs::write(Path::new(&folder).join("libgcc_s.so"), "GROUP ( -lgcc_eh -lgcc )\n").is_ok() {
        println!("cargo:rustc-link-search=native={folder}");
    }
}

fn commit() -> Option<String> {
    let hash = git(&["rev-parse", "--short=7", "HEAD"])?;
    let mut changed = vec!["status", "--porcelain", "--"];
    changed.extend(SOURCES);
    let is_clean = git(&changed)?.is_empty();
    Some(if is_clean { hash } else { format!("{hash}-dirty") })
}

/// What git answers; `None` without git or a repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
