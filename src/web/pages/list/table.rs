//! Rows of records, with their colours from below and the names of what they name.

use super::super::below;
use super::super::show::dot::Dot;
use super::super::show::{names::Names, title};
use super::super::visit::Visit;
use super::columns::{self, Cell, Column, RowOf};
use crate::model::id::RecordKey;
use crate::model::record::Record;
use crate::store::expiry::Absent;
use crate::store::{Linked, StoreError};

/// A table of records.
pub struct Table {
    pub caption: String,
    pub columns: &'static [Column],
    pub rows: Vec<Vec<Cell>>,
}

/// Makes a table of records in the order given. `caption` is for those who do not see it.
///
/// # Errors
/// The store does not answer.
pub async fn table(
    visit: &Visit,
    caption: impl Into<String>,
    columns: &'static [Column],
    records: &[Record],
) -> Result<Table, StoreError> {
    let rows: Vec<Row<'_>> = records.iter().map(|record| (&record.key, Some(record))).collect();
    made(visit, caption.into(), columns, &rows, &Absent::default()).await
}

/// Makes a table of what a record is linked with; what is not there has a row that says why.
///
/// # Errors
/// The store does not answer.
pub async fn linked(
    visit: &Visit,
    caption: impl Into<String>,
    near: &RecordKey,
    linked: &[Linked],
) -> Result<Table, StoreError> {
    let mut kinds = linked.iter().map(|linked| linked.key.kind());
    let columns = match kinds.next() {
        Some(kind) if kinds.all(|other| other == kind) => columns::of(kind),
        _ => &columns::MIXED[..],
    };
    let rows: Vec<Row<'_>> = linked
        .iter()
        .map(|linked| (&linked.key, linked.record.as_ref()))
        .collect();
    let absent = Absent::of(visit.store(), &visit.call, near, linked).await?;
    made(visit, caption.into(), columns, &rows, &absent).await
}

type Row<'a> = (&'a RecordKey, Option<&'a Record>);

async fn made(
    visit: &Visit,
    caption: String,
    columns: &'static [Column],
    rows: &[Row<'_>],
    absent: &Absent,
) -> Result<Table, StoreError> {
    let records: Vec<&Record> = rows.iter().filter_map(|(_, record)| *record).collect();
    let names = Names::of_records(visit.store(), &visit.call, records.iter().copied(), &title::NAMED).await?;
    let mut below = below::tones(visit, records).await?.into_iter();
    let row = |(key, record): &Row<'_>| match record {
        Some(record) => columns::cells(
            columns,
            &RowOf {
                record,
                dot: &Dot::with_below(record, below.next().flatten()),
                names: &names,
                now: visit.now,
            },
        ),
        None => columns::absent(columns, key, &Dot::absent(key.kind(), absent)),
    };
    let rows = rows.iter().map(row).collect();
    Ok(Table { caption, columns, rows })
}
