//! A table as its viewers have it, and what changes in it.

use super::reply::{ConnectionRow, ProcessRow};
use super::stream::{Cell, ColumnChange, TableChange, TableFull, TableNew};
use std::cmp::Ordering;
use std::sync::Arc;

/// A row that can be sent column-wise.
pub(super) trait TableRow {
    /// Names of the columns, in order.
    const COLUMNS: &'static [&'static str];

    /// Appends one cell a column.
    fn push_cells(self, cells: &mut Vec<Cell>);
}

/// The columns of a row are its fields: a field that is left out does not compile.
macro_rules! table_row {
    ($row:ident: $($field:ident),+ $(,)?) => {
        impl TableRow for $row {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn push_cells(self, cells: &mut Vec<Cell>) {
                let Self { $($field),+ } = self;
                $(cells.push(Cell::from($field));)+
            }
        }
    };
}

table_row!(ProcessRow: pid, start_time, ppid, name, exe, cmdline, cwd, username, uid, status,
    cpu_percent, memory_percent, memory_rss, memory_vms, num_threads, nice, create_time,
    cpu_time_user, cpu_time_system, io_read_bytes, io_write_bytes, io_read_per_sec,
    io_write_per_sec, net_rx_per_sec, net_tx_per_sec, container, kernel);

table_row!(ConnectionRow: protocol, local_address, local_port, remote_address, remote_port,
    status, pid, process_name, owner, uid, rx_per_sec, tx_per_sec, rx_bytes, tx_bytes, rtt_ms,
    retransmits, recv_queue, send_queue, net_namespace);

/// Largest whole number that JavaScript keeps exactly, plus one.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

impl From<f64> for Cell {
    /// Whole numbers are sent without a decimal point, what is no number as unknown.
    fn from(value: f64) -> Self {
        if !value.is_finite() {
            Self::Null
        } else if value.fract() == 0.0 && (0.0..EXACT_MAX).contains(&value) {
            Self::Count(value as u64)
        } else {
            Self::Number(value)
        }
    }
}

impl From<u64> for Cell {
    fn from(value: u64) -> Self {
        Self::Count(value.min(EXACT_MAX as u64 - 1))
    }
}

macro_rules! cell_from {
    ($($kind:ty => $make:expr),+ $(,)?) => {
        $(impl From<$kind> for Cell {
            fn from(value: $kind) -> Self {
                $make(value)
            }
        })+
    };
}

cell_from!(
    u16 => |value| Self::Count(u64::from(value)),
    u32 => |value| Self::Count(u64::from(value)),
    i8 => |value| Self::from(f64::from(value)),
    bool => Self::Flag,
    &'static str => Self::Word,
    Arc<str> => Self::Text,
    String => |value: String| Self::Text(value.into()),
);

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One table as its viewers have it: keys ascending, each with its number and its cells.
pub(super) struct Table<K> {
    columns: &'static [&'static str],
    keys: Vec<K>,
    ids: Vec<u32>,
    /// Row after row, one cell a column.
    cells: Vec<Cell>,
    next_id: u32,
}

impl<K: Ord> Table<K> {
    pub(super) fn new<R: TableRow>() -> Self {
        let (keys, ids, cells) = (Vec::new(), Vec::new(), Vec::new());
        Self { columns: R::COLUMNS, keys, ids, cells, next_id: 1 }
    }

    pub(super) fn full(&self) -> TableFull {
        let all = 0..self.ids.len();
        TableFull {
            columns: self.columns.to_vec(),
            ids: self.ids.clone(),
            values: self.by_column(&all.collect::<Vec<_>>()),
        }
    }

    /// Replaces the rows; `rows` must be by key ascending, as both tables of a delta are.
    pub(super) fn advance<R: TableRow>(
        &mut self,
        rows: impl Iterator<Item = (K, R)>,
    ) -> TableChange {
        let width = self.columns.len();
        let mut before = Rows {
            keys: std::mem::take(&mut self.keys).into_iter().peekable(),
            ids: std::mem::take(&mut self.ids),
            cells: std::mem::take(&mut self.cells),
            next: 0,
        };
        let mut change = Change::new(width);
        for (key, row) in rows {
            while before.keys.peek().is_some_and(|old| old.cmp(&key) == Ordering::Less) {
                change.gone.push(before.skip());
            }
            let start = self.cells.len();
            row.push_cells(&mut self.cells);
            if before.keys.peek() == Some(&key) {
                let old = before.next * width;
                let id = before.skip();
                change.compare(id, &before.cells[old..old + width], &self.cells[start..]);
                self.ids.push(id);
            } else {
                change.new.push(self.ids.len());
                self.ids.push(self.next_id);
                self.next_id = self.next_id.wrapping_add(1);
            }
            self.keys.push(key);
        }
        while before.keys.peek().is_some() {
            change.gone.push(before.skip());
        }
        self.finish(change)
    }

    fn finish(&self, change: Change) -> TableChange {
        let new = (!change.new.is_empty()).then(|| TableNew {
            ids: change.new.iter().map(|&row| self.ids[row]).collect(),
            values: self.by_column(&change.new),
        });
        let mut last: Option<Vec<u32>> = None;
        let mut changed = Vec::new();
        for (column, (ids, values)) in change.columns.into_iter().enumerate() {
            if ids.is_empty() {
                continue;
            }
            let repeats = last.as_ref() == Some(&ids);
            let sent = (!repeats).then(|| ids.clone());
            last = Some(ids);
            changed.push(ColumnChange { column: column as u8, ids: sent, values });
        }
        TableChange { gone: change.gone, new, changed }
    }

    fn by_column(&self, rows: &[usize]) -> Vec<Vec<Cell>> {
        let width = self.columns.len();
        let cell = |row: &usize, column: usize| self.cells[row * width + column].clone();
        let list = |column| rows.iter().map(|row| cell(row, column)).collect();
        (0..width).map(list).collect()
    }
}

/// The rows of the sample before, taken one by one.
struct Rows<K> {
    keys: std::iter::Peekable<std::vec::IntoIter<K>>,
    ids: Vec<u32>,
    cells: Vec<Cell>,
    next: usize,
}

impl<K> Rows<K> {
    fn skip(&mut self) -> u32 {
        self.keys.next();
        self.next += 1;
        self.ids[self.next - 1]
    }
}

/// What differs, while it is being found.
struct Change {
    gone: Vec<u32>,
    /// Positions in the new table.
    new: Vec<usize>,
    columns: Vec<(Vec<u32>, Vec<Cell>)>,
}

impl Change {
    fn new(width: usize) -> Self {
        Self { gone: Vec::new(), new: Vec::new(), columns: vec![Default::default(); width] }
    }

    fn compare(&mut self, id: u32, before: &[Cell], now: &[Cell]) {
        for (column, (old, new)) in before.iter().zip(now).enumerate() {
            if old != new {
                self.columns[column].0.push(id);
                self.columns[column].1.push(new.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    struct Made(Vec<u64>);

    impl TableRow for Made {
        const COLUMNS: &'static [&'static str] = &["a", "b", "c"];

        fn push_cells(self, cells: &mut Vec<Cell>) {
            cells.extend(self.0.into_iter().map(Cell::Count));
        }
    }

    /// What a viewer has: rows by their number.
    #[derive(Default, Debug, PartialEq)]
    struct Viewer(BTreeMap<u32, Vec<Cell>>);

    impl Viewer {
        fn load(full: &TableFull) -> Self {
            let row =
                |index: usize| full.values.iter().map(|column| column[index].clone()).collect();
            Self(full.ids.iter().enumerate().map(|(i, id)| (*id, row(i))).collect())
        }

        fn apply(&mut self, change: &TableChange) {
            for id in &change.gone {
                assert!(self.0.remove(id).is_some(), "a row that was not there is gone");
            }
            for (index, id) in change.new.iter().flat_map(|new| new.ids.iter().enumerate()) {
                let values = &change.new.as_ref().unwrap().values;
                let row = values.iter().map(|column| column[index].clone()).collect();
                assert!(self.0.insert(*id, row).is_none(), "a number was used twice");
            }
            let mut ids = Vec::new();
            for entry in &change.changed {
                ids = entry.ids.clone().unwrap_or(ids);
                for (id, value) in ids.iter().zip(&entry.values) {
                    self.0.get_mut(id).unwrap()[usize::from(entry.column)] = value.clone();
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_viewer_that_applies_each_change_has_the_whole_table(
            samples in prop::collection::vec(
                prop::collection::btree_map(0u8..12, prop::collection::vec(0u64..3, 3), 0..12), 1..12),
        ) {
            let mut table = Table::new::<Made>();
            let mut viewer = Viewer::default();
            for sample in samples {
                let rows = sample.len();
                let change = table.advance(sample.into_iter().map(|(key, row)| (key, Made(row))));
                viewer.apply(&change);
                prop_assert_eq!(viewer.0.len(), rows);
                prop_assert_eq!(&viewer, &Viewer::load(&table.full()));
            }
        }
    }
}
