//! The report: what came of each push, and what the bot did otherwise.

use std::io::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::command::record::counted;
use crate::recording::{Called, Difference};

/// What came of a push.
pub struct Pushed {
    /// What was told or asked.
    pub name: String,
    /// In which conversation.
    pub conversation: Option<String>,
    /// When it went out, from the beginning of the replay.
    pub after: Duration,
    /// How long the bot took.
    pub took: Duration,
    /// What it answered.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// What is other than it was recorded.
    pub differences: Vec<String>,
}

/// What came of all pushes; each is printed as it comes.
pub struct Report {
    is_json: bool,
    pushes: usize,
    others: usize,
    differences: Option<usize>,
}

impl Report {
    /// An empty report, for people or for programs.
    pub fn new(is_json: bool) -> Self {
        Self { is_json, pushes: 0, others: 0, differences: None }
    }

    /// Tells what came of a push.
    pub fn pushed(&mut self, pushed: Pushed) -> anyhow::Result<()> {
        self.pushes += 1;
        self.others += usize::from(!pushed.differences.is_empty());
        let Pushed { name, conversation, after, took, status, failure, differences } = pushed;
        if self.is_json {
            return print(&line(&json!({ "push": {
                "name": name, "conversation": conversation, "after_ms": ms(after),
                "took_ms": ms(took), "status": status, "failure": failure,
                "differences": differences,
            }})));
        }
        let seconds = after.as_secs_f64();
        let place = conversation.map_or_else(String::new, |place| format!("  {place}"));
        let status = status.map_or_else(|| "---".to_owned(), |status| status.to_string());
        let (took, verdict) = (ms(took), if differences.is_empty() { "as recorded" } else { "" });
        let mut text = format!("{seconds:>7.1} s  {status}  {name}{place}  {took} ms  {verdict}");
        text.truncate(text.trim_end().len());
        for difference in &differences {
            text += &format!("\n           {difference}");
        }
        print(&(text + "\n"))
    }

    /// Tells what the bot called otherwise.
    pub fn differences(&mut self, differences: Vec<Difference>) -> anyhow::Result<()> {
        self.differences = Some(differences.len());
        for difference in differences {
            let text = match self.is_json {
                true => line(&json!({ "difference": shown(&difference) })),
                false => format!("{difference}\n"),
            };
            print(&text)?;
        }
        Ok(())
    }

    /// Tells all in one line.
    pub fn finish(&self) -> anyhow::Result<()> {
        let Self { pushes, others, differences, .. } = self;
        if self.is_json {
            return print(&line(&json!({ "summary": {
                "pushes": pushes, "answered_otherwise": others, "calls_compared":
                differences.is_some(), "differences": differences.unwrap_or_default(),
                "is_same": self.is_same(),
            }})));
        }
        let calls = match differences {
            None => "calls were not compared".to_owned(),
            Some(0) => "all calls as recorded".to_owned(),
            Some(1) => "1 difference in calls".to_owned(),
            Some(count) => format!("{count} differences in calls"),
        };
        let pushes = counted(*pushes as u64, "push", "pushes");
        print(&format!("\n{pushes}, {others} answered otherwise; {calls}\n"))
    }

    /// Whether all was as recorded.
    pub fn is_same(&self) -> bool {
        self.others == 0 && self.differences.unwrap_or_default() == 0
    }
}

fn ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn shown(difference: &Difference) -> Value {
    let (kind, call, what) = match difference {
        Difference::Missing(call) => ("missing", call, None),
        Difference::Extra(call) => ("not_recorded", call, None),
        Difference::Changed(call, what) => ("changed", call, Some(what)),
        Difference::Earlier(call) => ("in_another_order", call, None),
    };
    let Called { operation, conversation, method, target, body, .. } = call;
    json!({
        "kind": kind, "operation": operation, "conversation": conversation, "method": method,
        "target": target, "body": body, "what": what,
    })
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    Ok(out.write_all(text.as_bytes()).and_then(|()| out.flush())?)
}
