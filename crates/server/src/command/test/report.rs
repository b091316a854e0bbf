//! The report: what came of each scenario, for people.

use std::fmt::{Display, Formatter, Result};
use std::time::Duration;

/// What came of all scenarios.
#[derive(Debug, Default)]
pub struct Report {
    /// One for each scenario, in the order in which they were played.
    pub verdicts: Vec<Verdict>,
    /// How long all took.
    pub took: Duration,
}

/// What came of a scenario.
#[derive(Debug)]
pub struct Verdict {
    /// The file.
    pub file: String,
    /// The scenario's name.
    pub scenario: String,
    /// How long it took.
    pub took: Duration,
    /// Why it failed, if it did.
    pub failure: Option<Failed>,
}

/// Why a scenario failed, and what explains it.
#[derive(Debug)]
pub struct Failed {
    /// File and line of the step.
    pub place: String,
    /// What was expected and what was found.
    pub why: String,
    /// Texts under their headings.
    pub shown: Vec<(&'static str, String)>,
    /// What the bot printed last.
    pub output: String,
}

impl Report {
    /// How many scenarios failed.
    pub fn failed(&self) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.failure.is_some()).count()
    }

    /// All in one line.
    pub fn sum(&self) -> String {
        let (failed, seconds) = (self.failed(), self.took.as_secs_f64());
        format!("{} passed, {failed} failed in {seconds:.1} s", self.verdicts.len() - failed)
    }
}

impl Failed {
    /// The headings and texts that are not empty.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        let shown = self.shown.iter().map(|(heading, text)| (*heading, text.as_str()));
        let all = shown.chain([("what the bot printed", self.output.as_str())]);
        all.filter(|(_, text)| !text.trim().is_empty())
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { scenario, took, .. } = self;
        let seconds = took.as_secs_f64();
        let Some(failed) = &self.failure else {
            return write!(f, "  ok    {scenario} ({seconds:.1} s)");
        };
        writeln!(f, "  FAIL  {scenario} ({seconds:.1} s)")?;
        write!(f, "        {}: {}", failed.place, failed.why)?;
        for (heading, text) in failed.parts() {
            write!(f, "\n\n        {heading}:")?;
            for line in text.trim_end().lines() {
                write!(f, "\n          {line}")?;
            }
        }
        Ok(())
    }
}
