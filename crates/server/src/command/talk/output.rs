//! How results look: a table for people, JSON lines for programs.

use std::io::{self, Write as _};

use clap::ValueEnum;
use serde_json::Value;

/// How results look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Columns.
    #[default]
    Table,
    /// One JSON object in each line.
    Json,
}

/// One result: named cells, in the order of the columns.
pub type Row = Vec<(&'static str, Value)>;

/// Prints rows, all at once or as they come.
pub struct Output {
    format: Format,
    waiting: Vec<Row>,
}

impl Output {
    /// An output in this format.
    pub fn new(format: Format) -> Self {
        Self { format, waiting: Vec::new() }
    }

    /// Takes a row; a table waits until it knows its widths.
    pub fn row(&mut self, row: Row) -> io::Result<()> {
        match self.format {
            Format::Table => self.waiting.push(row),
            Format::Json => {
                let object: serde_json::Map<_, _> =
                    row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                print(&Value::Object(object).to_string())?;
            }
        }
        Ok(())
    }

    /// Prints what waits.
    pub fn flush(&mut self) -> io::Result<()> {
        let rows: Vec<Vec<String>> = self
            .waiting
            .iter()
            .map(|row| row.iter().map(|(_, value)| cell(value)).collect())
            .collect();
        let Some(first) = self.waiting.first() else { return Ok(()) };
        let mut widths: Vec<usize> = first.iter().map(|(name, _)| name.chars().count()).collect();
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let head: Vec<String> = first.iter().map(|(name, _)| name.to_uppercase()).collect();
        for row in std::iter::once(&head).chain(&rows) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            print(cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        self.waiting.clear();
        Ok(())
    }

    /// Prints one row at once, without widths; for what comes over time.
    pub fn line(&mut self, row: Row) -> io::Result<()> {
        match self.format {
            Format::Json => self.row(row),
            Format::Table => {
                let cells: Vec<String> = row.iter().map(|(_, value)| cell(value)).collect();
                print(&cells.join("  "))
            }
        }
    }
}

/// Text of others must not move the cursor or colour the terminal.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

fn print(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
