//! The command line: what `peyk` does when somebody types it.

mod arguments;
mod backup;
mod banner;
mod check_world;
mod client;
mod dialects;
mod environment;
mod listen;
mod logs;
mod migrate;
mod options;
mod profiles;
mod secret;
mod serve;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use options::Configuration;

/// Why a command ended badly.
enum Failure {
    /// It was called or configured wrongly.
    Usage(anyhow::Error),
    /// It could not do its work.
    Work(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Work(error)
    }
}

/// Runs the command that was typed: 0 when it did its work, 1 when it could not, 2 when it was
/// called or configured wrongly.
pub fn run() -> ExitCode {
    let (code, error) = match perform(Arguments::parse()) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Work(error)) => (1, error),
        Err(Failure::Usage(error)) => (2, error),
    };
    eprintln!("peyk: {error:#}");
    ExitCode::from(code)
}

fn perform(arguments: Arguments) -> Result<(), Failure> {
    environment::check().map_err(Failure::Usage)?;
    let options = arguments.options.with_file(arguments.config.as_deref());
    let configuration = options.and_then(Configuration::try_from).map_err(Failure::Usage)?;
    logs::begin(&configuration).map_err(Failure::Usage)?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(configuration)?,
        Command::CheckWorld { file } => check_world::check_world(&file)?,
        Command::Listen(wanted) => {
            listen::listen(*wanted, &arguments.server, configuration.admin_token)?;
        }
        Command::Migrate => migrate::migrate(&configuration)?,
        Command::Backup { file } => backup::backup(&configuration, &file)?,
        Command::Key(command) => client::key(&configuration, &arguments.server, command)?,
        Command::Token(command) => client::token(&configuration, &arguments.server, command)?,
        Command::Profiles => profiles::profiles(),
    }
    Ok(())
}
