//! Logs: to standard error, for people or for programs, with the id of the request in each line.

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use super::options::{Configuration, LogFormat};

/// Sends what is logged from now on to standard error.
pub fn begin(configuration: &Configuration) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&configuration.log)
        .with_context(|| format!("`{}` is no log filter", configuration.log))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    match configuration.log_format {
        LogFormat::Human => builder.with_ansi(is_terminal).init(),
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).init(),
    }
    Ok(())
}
