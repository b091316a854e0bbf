//! The command line: what `peyk` does when somebody types it.

mod admin;
mod arguments;
mod backup;
mod banner;
mod check_world;
mod client;
mod dialects;
mod environment;
mod exchanges;
mod faults;
mod listen;
mod logs;
mod migrate;
mod options;
mod private;
mod profiles;
mod record;
mod replay;
mod secret;
mod serve;
mod talk;
mod test;
mod worlds;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser};

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
        // Whoever reads, as `head`, has seen enough.
        Err(Failure::Work(error)) if is_broken_pipe(&error) => return ExitCode::SUCCESS,
        Err(Failure::Work(error)) => (1, error),
        Err(Failure::Usage(error)) => (2, error),
    };
    eprintln!("peyk: {error:#}");
    ExitCode::from(code)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn perform(arguments: Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Some(Command::Talk(command)) => return Ok(talk::talk(command)?),
        Some(Command::Completions { shell }) => {
            let mut all = Arguments::command();
            clap_complete::generate(*shell, &mut all, "peyk", &mut std::io::stdout());
            return Ok(());
        }
        Some(Command::Man) => return Ok(man()?),
        Some(_) | None => {}
    }
    environment::check().map_err(Failure::Usage)?;
    let (listen, mut options) = (arguments.options.listen, arguments.options);
    if matches!(arguments.command, Some(Command::Test(_))) {
        options.log.get_or_insert_with(|| "error".to_owned());
    }
    let options = options.with_file(arguments.config.as_deref());
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
        Command::Admin(command) => admin::admin(&configuration, &command)?,
        Command::Snapshot { name, delete } => {
            client::snapshot(&configuration, &arguments.server, name, delete)?;
        }
        Command::Restore { name } => client::restore(&configuration, &arguments.server, &name)?,
        Command::Export { file, with_secrets } => {
            worlds::export(&configuration, &arguments.server, &file, with_secrets)?;
        }
        Command::Load { file, replace } => {
            worlds::load(&configuration, &arguments.server, &file, replace)?;
        }
        Command::Reset => client::reset(&configuration, &arguments.server)?,
        Command::Exchanges(command) => {
            exchanges::exchanges(&configuration, &arguments.server, &command)?;
        }
        Command::Record(wanted) => record::record(&configuration, &arguments.server, &wanted)?,
        Command::Replay(wanted) => replay::replay(&configuration, &wanted)?,
        Command::Lint => exchanges::lint(&configuration, &arguments.server)?,
        Command::Faults(command) => faults::faults(&configuration, &arguments.server, command)?,
        Command::Profiles => profiles::profiles(),
        Command::Test(wanted) => test::test(&wanted, listen, configuration)?,
        // These need no server's configuration, and were done above.
        Command::Talk(_) | Command::Completions { .. } | Command::Man => {}
    }
    Ok(())
}

/// Prints the manual page of `peyk` and of each of its commands.
fn man() -> anyhow::Result<()> {
    let mut all = Arguments::command();
    all.build();
    let mut out = std::io::stdout().lock();
    clap_mangen::Man::new(all.clone()).render(&mut out)?;
    for command in all.get_subcommands().filter(|command| command.get_name() != "help") {
        clap_mangen::Man::new(command.clone()).render(&mut out)?;
    }
    Ok(())
}
