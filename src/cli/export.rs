//! `redtrail export`

mod things;

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::arguments::Place;
use super::progress::Progress;
use super::reach::Reach;
use super::stop::Stop;
use super::{client, configuration};
use crate::export::{Export, Position, Selection};
use crate::model::kind::{EntityKind, ItemKind, Kind};
use crate::model::time::Micros;
use crate::web::uri;
use things::Things;

/// Standard output, where a file is asked for.
const STANDARD: &str = "-";

#[derive(Debug, clap::Args)]
pub struct ExportArguments {
    #[command(flatten)]
    pub place: Place,
    /// Only this kind; may be given several times.
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    pub kinds: Vec<ItemKind>,
    /// Only records at or after this time; entities are not limited by time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Option<Micros>,
    /// Only records before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub to: Option<Micros>,
    /// Where it goes; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = STANDARD)]
    pub output: PathBuf,
    /// Go on after this position, as an export that was not complete told it.
    #[arg(long, value_name = "POSITION", value_parser = position)]
    pub after: Option<Position>,
    /// Go on where the output file ends.
    #[arg(long, conflicts_with = "after")]
    pub resume: bool,
}

fn kind(name: &str) -> Result<ItemKind, String> {
    let logs = Kind::SENT.iter().map(|kind| kind.name());
    let all = logs.chain(EntityKind::ALL.iter().map(|kind| kind.name()));
    ItemKind::from_name(name).ok_or_else(|| format!("expected one of {}", all.collect::<Vec<_>>().join(", ")))
}

fn time(text: &str) -> Result<Micros, &'static str> {
    Micros::parse(text).ok_or("expected a time such as 2026-03-01T12:00:00Z")
}

fn position(text: &str) -> Result<Position, &'static str> {
    Position::parse(text).ok_or("expected a position as an export tells it")
}

impl ExportArguments {
    fn selection(&self) -> Selection {
        let has = |kind| self.kinds.is_empty() || self.kinds.contains(&kind);
        Selection {
            logs: Kind::SENT
                .into_iter()
                .filter(|kind| has(ItemKind::Log(*kind)))
                .collect(),
            entities: EntityKind::ALL
                .into_iter()
                .filter(|kind| has(ItemKind::Entity(*kind)))
                .collect(),
            from: self.from,
            to: self.to,
        }
    }

    /// The same, asked of a server.
    fn path(&self, after: Option<&Position>) -> String {
        let kinds = self.kinds.iter().map(|kind| ("kind", kind.name().to_owned()));
        let times = [("from", self.from), ("to", self.to)];
        let times = times
            .into_iter()
            .filter_map(|(name, time)| Some((name, time?.to_string())));
        let after = after.map(|position| ("after", position.text()));
        let all: Vec<String> = kinds
            .chain(times)
            .chain(after)
            .map(|(name, value)| format!("{name}={}", uri::encode(&value)))
            .collect();
        format!("/api/v1/export?{}", all.join("&"))
    }
}

/// Writes everything that is kept as lines. The exit code is 1 when it is not complete; then it says how to go on.
///
/// # Errors
/// The configuration cannot be used, the file not be written, or there is nothing to read from.
pub async fn run(arguments: &ExportArguments) -> anyhow::Result<ExitCode> {
    let config = configuration(&arguments.place, Vec::new())?;
    let is_file = arguments.output != Path::new(STANDARD);
    if arguments.resume && !is_file {
        bail!("--resume needs the file that was not completed: name it with --output");
    }
    let mut stop = Stop::listen()?;
    let reach = Reach::open(&config).await?;
    let (output, after) = match is_file {
        true => open(&arguments.output, arguments.resume)?,
        false => (None, arguments.after.clone()),
    };
    let after = after.or_else(|| arguments.after.clone());
    let mut things = match &output {
        Some(file) => Things::new(
            BufWriter::new(Box::new(file.try_clone()?) as Box<dyn Write + Send>),
            after.clone(),
        ),
        None => Things::new(
            BufWriter::new(Box::new(std::io::stdout()) as Box<dyn Write + Send>),
            after.clone(),
        ),
    };
    let copied = copy(arguments, &config, reach, after, &mut things, &mut stop).await;
    let synced = match &output {
        Some(file) => file
            .sync_all()
            .with_context(|| format!("{} cannot be written", arguments.output.display())),
        None => Ok(()),
    };
    let (told, count) = (things.told(), things.count());
    match copied.and(synced) {
        Ok(()) => {
            eprintln!("The export is complete: {count} entities and records.");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let more = match told {
                _ if is_file => "--resume".to_owned(),
                Some(position) => format!("--after {}", position.text()),
                None => "no --after: nothing was told yet".to_owned(),
            };
            eprintln!("redtrail: {error:#}");
            eprintln!(
                "The export is not complete: {count} entities and records. Go on with the same command and {more}."
            );
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn copy(
    arguments: &ExportArguments,
    config: &crate::config::Config,
    reach: Reach,
    after: Option<Position>,
    things: &mut Things,
    stop: &mut Stop,
) -> anyhow::Result<()> {
    let mut progress = Progress::new();
    let mut source = match &reach {
        Reach::Server { folder, .. } => Source::Server(ask(folder.path(), &arguments.path(after.as_ref())).await?),
        Reach::Folder { data, .. } => {
            let store = Arc::clone(&data.store);
            let timeout = config.limits.read_timeout;
            Source::Folder(Box::new(Export::new(store, arguments.selection(), after, timeout)))
        }
    };
    let copied = loop {
        let lines = tokio::select! {
            lines = source.next() => lines,
            () = stop.told() => break Err(anyhow::anyhow!("told to stop")),
        };
        match lines {
            Ok(Some(lines)) => {
                if let Err(error) = things.take(&lines) {
                    break Err(error);
                }
                progress.tell(|| format!("Exported {} entities and records", things.count()));
            }
            Ok(None) => break things.end(),
            Err(error) => break Err(error),
        }
    };
    progress.clear();
    // What is whole is kept, however the export ended.
    let flushed = things.flush();
    drop(source);
    let closed = reach.close().await;
    copied.and(flushed).and(closed)
}

/// Opens the output file; to go on, cut back to what is whole, with the position it ends at.
fn open(path: &Path, is_resumed: bool) -> anyhow::Result<(Option<File>, Option<Position>)> {
    let shown = path.display();
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    if !is_resumed {
        let made = options.create_new(true).open(path);
        let file = made.with_context(|| {
            format!("{shown} cannot be made; if it is the file of an export that was not complete, go on with --resume")
        })?;
        return Ok((Some(file), None));
    }
    let mut file = options
        .open(path)
        .with_context(|| format!("{shown} cannot be opened"))?;
    let (length, position) = things::whole(&mut file).with_context(|| format!("{shown} cannot be gone on with"))?;
    file.set_len(length)?;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0))?;
    Ok((Some(file), position))
}

/// Where lines come from.
enum Source {
    Server(Incoming),
    Folder(Box<Export>),
}

impl Source {
    async fn next(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        match self {
            Source::Server(body) => loop {
                let Some(frame) = body.frame().await else {
                    return Ok(None);
                };
                let frame = frame.context("the server did not send all of it")?;
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data.to_vec()));
                }
            },
            Source::Folder(export) => Ok(export.next().await?.map(String::into_bytes)),
        }
    }
}

async fn ask(folder: &Path, path: &str) -> anyhow::Result<Incoming> {
    let mut client = client::Client::unix(crate::app::SocketPath::of(folder)?);
    let response = client.open(path).await?;
    let status = response.status();
    if !status.is_success() {
        bail!("the server answered {status}: it may be of another version");
    }
    Ok(response.into_body())
}
