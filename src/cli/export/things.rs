//! Lines of an export on their way to a file: only whole records and entities are written, so that another export can go
//! on after the last one.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

use anyhow::Context as _;

use crate::export::Position;

/// Lines, held back until it is known that no further one is of the same record or entity.
pub(super) struct Things {
    out: BufWriter<Box<dyn Write + Send>>,
    /// The beginning of a line.
    begun: Vec<u8>,
    /// Lines of one thing, and its position.
    held: Vec<u8>,
    holding: Option<Position>,
    told: Option<Position>,
    count: u64,
}

impl Things {
    /// `after` is the last thing that was told before.
    pub fn new(out: BufWriter<Box<dyn Write + Send>>, after: Option<Position>) -> Things {
        Things {
            out,
            begun: Vec::new(),
            held: Vec::new(),
            holding: None,
            told: after,
            count: 0,
        }
    }

    /// The last thing that was written.
    pub fn told(&self) -> Option<Position> {
        self.told.clone()
    }

    /// How many were written.
    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn take(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.begun);
                self.line(&line)?;
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> anyhow::Result<()> {
        let position = position(line).context("a line came that is not of an export")?;
        if self.holding.as_ref() != Some(&position) {
            self.write()?;
            self.holding = Some(position);
        }
        self.held.extend_from_slice(line);
        Ok(())
    }

    fn write(&mut self) -> anyhow::Result<()> {
        if let Some(position) = self.holding.take() {
            self.out.write_all(&self.held).context("the export cannot be written")?;
            self.held.clear();
            self.told = Some(position);
            self.count += 1;
        }
        Ok(())
    }

    /// Everything came.
    pub fn end(&mut self) -> anyhow::Result<()> {
        if !self.begun.is_empty() {
            anyhow::bail!("the last line has no end");
        }
        self.write()
    }

    pub fn flush(&mut self) -> anyhow::Result<()> {
        self.out.flush().context("the export cannot be written")
    }
}

fn position(line: &[u8]) -> Option<Position> {
    Position::of_line(std::str::from_utf8(line).ok()?)
}

/// The length of a file of lines without its last thing, which may not be whole, and the position it then ends at.
pub(super) fn whole(file: &mut File) -> anyhow::Result<(u64, Option<Position>)> {
    let mut reader = BufReader::new(file);
    let (mut line, mut number) = (Vec::new(), 0_u64);
    let mut at = 0_u64;
    let mut kept = (0, None);
    let mut last: Option<Position> = None;
    loop {
        line.clear();
        number += 1;
        let length = reader.read_until(b'\n', &mut line)?;
        if !line.ends_with(b"\n") {
            return Ok(kept);
        }
        let position = position(&line).with_context(|| format!("line {number} is not of an export"))?;
        if last.as_ref() != Some(&position) {
            kept = (at, last.replace(position));
        }
        at += length as u64;
    }
}
