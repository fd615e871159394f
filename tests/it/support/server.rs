//! The real binary, running.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a start or a stop may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// Lines of a server's stderr that are shown when its test fails.
const LAST_LINES: usize = 12;

/// The line that says where a server listens.
const LISTENING: &str = "Redtrail is listening on http://";

/// The real binary, without the settings of whoever runs the tests.
pub fn redtrail() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redtrail"));
    without_settings(&mut command);
    command
}

/// Takes our variables out of a command's environment.
pub fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("REDTRAIL_") {
            command.env_remove(name);
        }
    }
}

/// Runs the binary to its end.
pub fn run(arguments: &[&str]) -> Output {
    redtrail().args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// A server as its own process. It is killed when this is dropped.
pub struct RunningServer {
    child: Child,
    address: SocketAddr,
    greeting: String,
    stderr: Arc<Mutex<String>>,
}

impl RunningServer {
    /// Runs `redtrail serve` on this data folder and a free port, and waits until it listens. `arguments` come last, so
    /// they win.
    pub fn start(folder: &Path, arguments: &[&str]) -> RunningServer {
        let mut command = redtrail();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder)
            .args(arguments);
        RunningServer::spawn(command)
    }

    /// Runs any command that ends up in `redtrail serve`, such as one through another program.
    pub fn spawn(command: Command) -> RunningServer {
        match RunningServer::try_spawn(command) {
            Ok(server) => server,
            Err((status, stderr)) => panic!("the server did not start: {status}\n{stderr}"),
        }
    }

    /// As [`RunningServer::spawn`]; a server that ends before it listens gives its status and what it said.
    pub fn try_spawn(mut command: Command) -> Result<RunningServer, (ExitStatus, String)> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = lines(child.stdout.take().unwrap());
        let stderr = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&stderr);
        let errors = child.stderr.take().unwrap();
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let mut told = told.lock().unwrap();
                told.push_str(&line);
                told.push('\n');
            }
        });
        let mut greeting = String::new();
        let mut address = None;
        // The last line of the greeting is a command to copy.
        while !(address.is_some() && (greeting.contains("\n  curl ") || greeting.contains("\n  redtrail token create")))
        {
            let Ok(line) = lines.recv_timeout(PATIENCE) else {
                let _ = child.kill();
                let status = child.wait().unwrap();
                let _ = reader.join();
                let told = stderr.lock().unwrap().clone();
                return Err((status, told));
            };
            address = address.or_else(|| line.strip_prefix(LISTENING).map(|address| address.parse().unwrap()));
            greeting.push_str(&line);
            greeting.push('\n');
        }
        Ok(RunningServer {
            child,
            address: address.unwrap(),
            greeting,
            stderr,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it printed to stdout at its start.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// What it wrote to stderr so far.
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// Sends a signal by its name: `TERM`, `INT`, `KILL`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.pid().to_string())
            .status();
        assert!(sent.unwrap().success());
    }

    /// Whether the process has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end of the process.
    pub fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "the server does not end:\n{}",
                self.stderr()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Stops it as an operator would.
    pub fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.wait()
    }

    /// Kills it as a power loss would, but for the page cache.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // What the test saw may be explained by what the server said.
            let told = self.stderr();
            let last: Vec<&str> = told.lines().rev().take(LAST_LINES).collect();
            eprintln!("the server ended: {:?}; it last said:", self.child.try_wait());
            last.iter().rev().for_each(|line| eprintln!("  {line}"));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lines as they come; the channel closes at the end of the stream.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Nobody listens any more, but the stream must be read, or the process would wait.
            let _ = send.send(line);
        }
    });
    receive
}
