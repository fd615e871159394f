//! Rows of records, with their colours from below and the names of what they name.

use super::super::below::{self, Budget};
use super::super::show::dot::Dot;
use super::super::show::{names::Names, title};
use super::super::visit::Visit;
use super::columns::{self, Cell, Column, RowOf};
use crate::model::record::Record;
use crate::store::StoreError;

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
    let names = Names::of_records(visit.store(), &visit.call, records, &title::NAMED).await?;
    let mut budget = Budget::of_page();
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let below = below::tone(visit, record, &mut budget).await?;
        let dot = Dot::with_below(record, below);
        let row = RowOf {
            record,
            dot: &dot,
            names: &names,
            now: visit.now,
        };
        rows.push(columns::cells(columns, &row));
    }
    Ok(Table {
        caption: caption.into(),
        columns,
        rows,
    })
}
