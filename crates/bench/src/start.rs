//! From nothing to the first answer.

use crate::binary::{Process, build};
use crate::options::Options;
use crate::stats::{Load, millis};

/// How often the binary is started.
const STARTS: usize = 20;

/// Measures the start on an empty SQLite, demo World included.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let binary = build()?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let folder = options.fresh_folder("start")?;
        starts.push(Process::start(&binary, &folder).await?.started_in);
    }
    let total = starts.iter().sum();
    let starts = Load::new(starts, total);
    let [median, longest] = [0.5, 1.0].map(|share| millis(starts.quantile(share)));
    println!(
        "start to first answer, {STARTS} times: median {median:.0} ms, longest {longest:.0} ms"
    );
    Ok(())
}
