//! The wire, as a rehearsal tells it: what a bot was told, and what it called.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{Rehearsal, Unmet};
use crate::exchanges::{Direction, Filter};
use crate::scenario::ExpectedCall;

/// Most exchanges that are shown: the newest ones.
const SHOWN_MAX: usize = 20;
/// Most calls that are looked at.
const CALLS_MAX: usize = 10_000;
/// How soon the record is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

impl Rehearsal {
    /// The newest exchanges of this sandbox with programs, the oldest first, a line for each.
    pub async fn wire(&self) -> String {
        let (exchanges, began) = (&self.site.exchanges, Instant::now());
        while exchanges.is_behind() && began.elapsed() < self.patience.answer {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let page = exchanges.list(&self.site, &Filter::default(), None, SHOWN_MAX).await;
        let mut text = String::new();
        for exchange in page.items.iter().rev() {
            let brief = exchange.brief(&self.site).await;
            let came = match (brief.status, &brief.failure) {
                (Some(status), _) => status.to_string(),
                (None, Some(failure)) => failure.clone(),
                (None, None) => "nothing".to_owned(),
            };
            let way = if brief.direction == "in" { "bot  ->" } else { "peyk ->" };
            let _ = write!(text, "  {way} {} {}: {came}", brief.method, brief.url);
            if let Some(reason) = &brief.reason {
                let _ = write!(text, " ({reason})");
            }
            text.push('\n');
            if let Some(excerpt) = &brief.excerpt {
                let _ = writeln!(text, "          {}", excerpt.replace('\n', " "));
            }
        }
        text
    }

    /// Whether a bot has called as it should have, of all that is remembered. A call is in the record
    /// when its answer is out, which is a moment after what it did, so what is still missing is
    /// waited for.
    pub async fn called(&self, call: &ExpectedCall) -> Result<(), Unmet> {
        let began = Instant::now();
        loop {
            let is_behind = self.site.exchanges.is_behind();
            let (fitting, near) = self.calls_like(call).await;
            let may_come = call.times.map_or(fitting == 0, |times| fitting < times);
            let is_over = began.elapsed() >= self.patience.answer;
            if (!is_behind && !may_come) || is_over {
                return judged(call, fitting, &near);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// How many calls fit, and how all to the same address were answered.
    async fn calls_like(&self, call: &ExpectedCall) -> (u64, Vec<String>) {
        let filter = Filter { direction: Some(Direction::In), ..Filter::default() };
        let page = self.site.exchanges.list(&self.site, &filter, None, CALLS_MAX).await;
        let (mut fitting, mut near) = (0_u64, Vec::new());
        for exchange in page.items.iter().rev() {
            let full = exchange.full(&self.site).await;
            let path = full.brief.url.split('?').next().unwrap_or_default();
            if full.brief.method != call.method || !matches(&call.path, path) {
                continue;
            }
            let body = full.request.body.as_ref().and_then(|body| body.text.as_deref());
            let is_fitting = call.status.is_none_or(|status| full.brief.status == Some(status))
                && call.body.as_ref().is_none_or(|words| body.is_some_and(|b| b.contains(words)));
            fitting += u64::from(is_fitting);
            let status = full.brief.status.map_or("no answer".to_owned(), |it| it.to_string());
            near.push(status);
        }
        (fitting, near)
    }
}

fn judged(call: &ExpectedCall, fitting: u64, near: &[String]) -> Result<(), Unmet> {
    let is_met = call.times.map_or(fitting > 0, |times| fitting == times);
    if is_met {
        return Ok(());
    }
    let found = match (fitting, near) {
        (0, []) => "no call to it".to_owned(),
        (0, near) => format!("only others to it, answered with {}", near.join(", ")),
        (count, _) => format!("{count}"),
    };
    Err(Unmet { expected: words(call), found })
}

fn words(call: &ExpectedCall) -> String {
    let ExpectedCall { method, path, status, body, times } = call;
    let mut text = match times {
        Some(0) => "no call".to_owned(),
        Some(1) => "one call".to_owned(),
        Some(times) => format!("{times} calls"),
        None => "a call".to_owned(),
    };
    let _ = write!(text, " {method} {path}");
    if let Some(status) = status {
        let _ = write!(text, " answered with {status}");
    }
    if let Some(words) = body {
        let _ = write!(text, " with `{words}`");
    }
    text
}

/// Whether a path is like a pattern, in which `*` stands for anything.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((beginning, rest)) = pattern.split_once('*') else { return pattern == path };
    let Some(mut left) = path.strip_prefix(beginning) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, path, expected) in [
            ("/v2/a", "/v2/a", true),
            ("/v2/a", "/v2/ab", false),
            ("/v2/*/chats", "/v2/businesses/7/chats", true),
            ("/v2/*/chats", "/v2/businesses/7/chats/message", false),
            ("/v2/*/chats/*", "/v2/businesses/7/chats/message", true),
            ("*", "/x", true),
            ("/a*b*c", "/aXbYc", true),
            ("/a*b*c", "/aXc", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
