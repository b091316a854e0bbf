//! JUnit's form of a report, which every CI reads.

use std::fmt::Write as _;

use super::report::{Report, Verdict};

/// The report as XML: a suite for each file, a case for each scenario.
pub fn written(report: &Report) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = counts(report.verdicts.iter());
    let _ = writeln!(xml, "<testsuites {counts} time=\"{:.3}\">", report.took.as_secs_f64());
    for suite in report.verdicts.chunk_by(|a, b| a.file == b.file) {
        let (file, counts) = (escaped(&suite[0].file), self::counts(suite.iter()));
        let seconds: f64 = suite.iter().map(|verdict| verdict.took.as_secs_f64()).sum();
        let _ = writeln!(xml, "  <testsuite name=\"{file}\" {counts} time=\"{seconds:.3}\">");
        suite.iter().for_each(|verdict| case(&mut xml, &file, verdict));
        xml += "  </testsuite>\n";
    }
    xml + "</testsuites>\n"
}

fn counts<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> String {
    let (mut tests, mut failures) = (0, 0);
    for verdict in verdicts {
        tests += 1;
        failures += usize::from(verdict.failure.is_some());
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"")
}

fn case(xml: &mut String, file: &str, verdict: &Verdict) {
    let (name, seconds) = (escaped(&verdict.scenario), verdict.took.as_secs_f64());
    let head = format!("    <testcase classname=\"{file}\" name=\"{name}\" time=\"{seconds:.3}\"");
    let Some(failed) = &verdict.failure else {
        *xml += &format!("{head}/>\n");
        return;
    };
    let message = escaped(&format!("{}: {}", failed.place, failed.why));
    let _ = writeln!(xml, "{head}>\n      <failure message=\"{message}\">");
    for (heading, text) in failed.parts() {
        let _ = writeln!(xml, "{}:\n{}", escaped(heading), escaped(text.trim_end()));
    }
    *xml += "      </failure>\n    </testcase>\n";
}

/// A text as XML has it; what XML cannot have at all becomes a mark.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => shown += "&amp;",
            '<' => shown += "&lt;",
            '>' => shown += "&gt;",
            '"' => shown += "&quot;",
            '\n' | '\t' => shown.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_have_is_marked() {
        assert_eq!(escaped("a<b>&\"\u{1b}[0m\n"), "a&lt;b&gt;&amp;&quot;\u{fffd}[0m\n");
    }
}
