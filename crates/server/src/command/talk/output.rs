//! How results look: a table for people, JSON lines for programs.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

/// How many rows a table waits for before it settles how wide its columns are.
const SAMPLE: usize = 100;
/// The widest column but the last; longer cells push the rest of their own row aside.
const WIDTH_MAX: usize = 48;

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

/// Prints rows as they come; a table waits for some of them, to know how wide they are.
pub struct Output {
    format: Format,
    waiting: Vec<Row>,
    widths: Option<Vec<usize>>,
    is_terminal: bool,
}

impl Output {
    /// An output in this format.
    pub fn new(format: Format) -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self { format, waiting: Vec::new(), widths: None, is_terminal }
    }

    /// Takes a row.
    pub fn row(&mut self, row: Row) -> io::Result<()> {
        match self.format {
            Format::Table => {
                self.waiting.push(row);
                if self.widths.is_some() || self.waiting.len() >= SAMPLE {
                    self.flush()
                } else {
                    Ok(())
                }
            }
            Format::Json => {
                let object: serde_json::Map<_, _> =
                    row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                print(&Value::Object(object).to_string())
            }
        }
    }

    /// Prints what waits.
    pub fn flush(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        let Some(first) = rows.first() else { return Ok(()) };
        let head: Vec<String> = first.iter().map(|(name, _)| name.to_uppercase()).collect();
        let cells: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|(_, value)| cell(value)).collect()).collect();
        if self.widths.is_none() {
            let widths = widths(std::iter::once(&head).chain(&cells));
            self.print(&head, &widths)?;
            self.widths = Some(widths);
        }
        let widths = self.widths.as_deref().unwrap_or_default();
        cells.iter().try_for_each(|row| self.print(row, widths))
    }

    fn print(&self, cells: &[String], widths: &[usize]) -> io::Result<()> {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            if self.is_terminal && cell.chars().any(is_right_to_left) {
                // On its own, so that Persian in one cell does not turn the whole row around.
                line.push_str(&format!("\u{2068}{cell}\u{2069}"));
            } else {
                line.push_str(cell);
            }
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
        }
        print(line.trim_end())
    }
}

/// As wide as the widest cell; the last column needs no end.
fn widths<'a>(rows: impl Iterator<Item = &'a Vec<String>>) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len(), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().min(WIDTH_MAX).max(*width);
        }
    }
    widths
}

fn is_right_to_left(sign: char) -> bool {
    matches!(u32::from(sign), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x1_0800..=0x1_0FFF | 0x1_E800..=0x1_EFFF)
}

/// Text of others must not move the cursor, colour the terminal or turn its own direction around.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    let is_turn = |sign| matches!(sign, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let signs = text.chars().filter(|sign| !is_turn(*sign));
    signs.map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

fn print(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_as_wide_as_they_are_shown() {
        let rows = [["سَبک", "x"], ["你好", "x"], ["привет", "x"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        // A vowel mark takes no room, and each Chinese sign takes two.
        assert_eq!(rows[0][0].width(), 3);
        assert_eq!(rows[1][0].width(), 4);
        assert_eq!(widths(rows.iter()), [6, 1]);
    }

    #[test]
    fn cells_move_nothing_and_turn_nothing() {
        assert_eq!(cell(&json!("a\u{1b}[31m\n\u{202e}b")), "a [31m b");
        assert_eq!(cell(&json!(null)), "");
        assert_eq!(cell(&json!("می‌خواهم")), "می‌خواهم", "a half-space stays");
    }
}
