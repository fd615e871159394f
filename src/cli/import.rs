//! `redtrail import`

mod batch;
mod load;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use super::arguments::Place;
use super::configuration;
use super::progress::Progress;
use super::reach::Reach;
use super::stop::Stop;
use batch::Read as Batched;
use load::{Loader, Refused};

/// Standard input, where a file is asked for.
const STANDARD: &str = "-";

/// Refused lines that are told one by one; further ones are counted.
const TOLD_MAX: u64 = 100;

/// Batches that are read ahead.
const AHEAD: usize = 2;

#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    #[command(flatten)]
    pub place: Place,
    /// NDJSON, plain or in gzip or zstd; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Begin with this line, as an import that was not complete told it.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub from_line: u64,
}

/// What became of the lines so far.
#[derive(Default)]
struct Sum {
    accepted: u64,
    duplicates: u64,
    refused: u64,
}

/// Loads the lines and says what became of them. The exit code is 1 when a line was refused, or when it was not
/// complete; then it says how to go on.
///
/// # Errors
/// The configuration cannot be used, the file not be read, or there is nowhere to load to.
pub async fn run(arguments: &ImportArguments) -> anyhow::Result<ExitCode> {
    let config = configuration(&arguments.place, Vec::new())?;
    let input = open(&arguments.file)?;
    let mut stop = Stop::listen()?;
    let mut loader = Loader::new(Reach::open(&config).await?, &config);
    let limit = usize::try_from(config.limits.request_bytes).unwrap_or(usize::MAX);
    let (mut sum, mut next) = (Sum::default(), arguments.from_line);
    let (send, mut batches) = tokio::sync::mpsc::channel(AHEAD);
    let from_line = arguments.from_line;
    // A thread of its own, since reading standard input may take for ever.
    std::thread::spawn(move || batch::read(input, from_line, limit, |read| send.blocking_send(read).is_ok()));
    let mut progress = Progress::new();
    let ended = loop {
        let read = tokio::select! {
            biased;
            () = stop.told() => break Err(anyhow::anyhow!("told to stop")),
            read = batches.recv() => read,
        };
        let done = match read {
            None => break Ok(()),
            Some(Err(error)) => break Err(anyhow::Error::from(error).context("the lines cannot be read")),
            Some(Ok(Batched::TooLong { line })) => {
                let problem = format!("The line is too long. Expected: at most {limit} bytes.");
                sum.tell(&mut progress, &[Refused { line, problem }]);
                line + 1
            }
            Some(Ok(Batched::Batch(batch))) => {
                let following = batch.first + batch.lines;
                match loader.load(batch).await {
                    Ok(loaded) => {
                        sum.accepted += loaded.accepted;
                        sum.duplicates += loaded.duplicates;
                        sum.tell(&mut progress, &loaded.refused);
                    }
                    Err(error) => break Err(error),
                }
                following
            }
        };
        next = done;
        progress.tell(|| format!("Loaded up to line {}", next - 1));
    };
    progress.clear();
    let ended = ended.and(loader.close().await);
    println!(
        "Accepted {}, unchanged {}, refused {}.",
        sum.accepted, sum.duplicates, sum.refused
    );
    if let Err(error) = ended {
        eprintln!("redtrail: {error:#}");
        eprintln!("The import is not complete. Go on with the same command and --from-line {next}.");
        return Ok(ExitCode::FAILURE);
    }
    Ok(if sum.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Sum {
    fn tell(&mut self, progress: &mut Progress, refused: &[Refused]) {
        for Refused { line, problem } in refused {
            self.refused += 1;
            if self.refused <= TOLD_MAX {
                progress.clear();
                eprintln!("Line {line} was refused: {problem}");
            }
            if self.refused == TOLD_MAX {
                eprintln!("Further refused lines are only counted.");
            }
        }
    }
}

fn open(path: &Path) -> anyhow::Result<Box<dyn Read + Send>> {
    if path == Path::new(STANDARD) {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(Box::new(file))
}
