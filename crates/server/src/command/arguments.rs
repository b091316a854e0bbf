//! Arguments: the words after `peyk`, and the help that explains them.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::admin::AdminCommand;
use super::client::{KeyCommand, TokenCommand};
use super::exchanges::ExchangesCommand;
use super::faults::FaultsCommand;
use super::listen::ListenArguments;
use super::options::Options;
use super::record::RecordArguments;
use super::replay::ReplayArguments;
use super::talk::Talk;
use super::test::TestArguments;

/// Everything on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "peyk",
    version,
    about = "A marketplace chat server that speaks Divar Kenar's and Yandex Market's chat APIs.",
    after_help = "\
Examples:
  peyk                                   a sandbox on http://127.0.0.1:8080 with a demo World
  peyk --world shop.toml                 the same with your own people, apps and shops
  peyk check-world shop.toml             every mistake of a World file, with line and column
  peyk listen --app echo --forward-to http://127.0.0.1:3000/webhook
                                         what the app's webhook would get, without one
  peyk test order.toml --bot \"python3 bot.py\"
                                         conversations that a bot has to hold, see docs/testing.md
  peyk exchanges follow                  what goes over the wire of a sandbox, as it does
  peyk --listen 127.0.0.1:0 --data /tmp/peyk
                                         a free port and a folder of its own, for tests
  PEYK_ADMIN_TOKEN=… peyk --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem \\
      --database postgres://peyk@127.0.0.1/peyk --media s3://bucket/media
                                         a server for others: nobody uses /control without the token

Every option can also stand in peyk.toml, as `public_url = \"…\"` for --public-url. An option on the
command line wins over the environment, and the environment over the file."
)]
pub struct Arguments {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Read options from this file instead of peyk.toml in the working directory.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "PEYK_CONFIG",
        hide_env_values = true,
        help_heading = "Options of a server"
    )]
    pub config: Option<PathBuf>,
    /// The running server that `key`, `token`, `faults`, `listen`, `exchanges`, `lint`, `record`,
    /// `snapshot`, `restore`, `reset`, `export` and `load` ask.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "PEYK_SERVER",
        hide_env_values = true,
        default_value = "http://127.0.0.1:8080",
        help_heading = "Options of a server"
    )]
    pub server: String,
    #[command(flatten)]
    pub options: Options,
}

/// What `peyk` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer requests until SIGTERM or Ctrl-C (the default).
    Serve,
    /// Report every mistake of a World file and change nothing.
    CheckWorld {
        /// The World file, in TOML.
        file: PathBuf,
    },
    /// Receive what a webhook would get, and pass it on to a program on this machine.
    ///
    /// Each letter is posted in its order after the one before was answered, with one line for
    /// each. After a pause or a broken connection it goes on where it was.
    Listen(Box<ListenArguments>),
    /// Play scenario files against a bot, and tell which went as written.
    ///
    /// Each scenario has a sandbox of its own, on a free port, in which the clock moves only while
    /// nothing else happens. The command ends with 0 if all went as written, with 1 if one did
    /// not, and with 2 if a file has mistakes.
    Test(Box<TestArguments>),
    /// Bring the database up to date and stop; `serve` does it too.
    ///
    /// An older SQLite database is copied beside itself first.
    Migrate,
    /// Copy the SQLite database, as it is at this moment, into a new file.
    ///
    /// A server may be running meanwhile. The copy holds no bytes of media: copy that folder
    /// after the database, so that no file is missing. It opens with the server's secret only:
    /// keep the file `secret` of the data folder too, in another place than the copy.
    Backup {
        /// The file to be made.
        file: PathBuf,
    },
    /// Make, list, change, rotate and revoke keys of apps and businesses on a running server.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Look at tokens of a running server.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Decide who may sign in to the console; works on the database, also beside a running server.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// List, add, switch and delete what goes wrong in a running sandbox.
    #[command(subcommand)]
    Faults(FaultsCommand),
    /// Keep everything that a running sandbox has under a name, or list what was kept.
    Snapshot {
        /// The name; all snapshots are listed if it is left out.
        name: Option<String>,
        /// Forget this snapshot instead.
        #[arg(long, requires = "name")]
        delete: bool,
    },
    /// Put a running sandbox back to a snapshot, all of it at once.
    Restore {
        /// The snapshot's name.
        name: String,
    },
    /// Write everything that a running sandbox has into a World file.
    Export {
        /// The file to be made.
        file: PathBuf,
        /// Write identification keys as they are, and not sealed.
        #[arg(long)]
        with_secrets: bool,
    },
    /// Load a World file into a running sandbox, beside what it has.
    Load {
        /// The World file.
        file: PathBuf,
        /// Forget everything else.
        #[arg(long)]
        replace: bool,
    },
    /// Put a running sandbox back to the World it was started with, or to nothing.
    Reset,
    /// Look at what went over the wire of a running sandbox.
    #[command(subcommand)]
    Exchanges(ExchangesCommand),
    /// Write what goes over the wire of a running server into a file, secrets masked.
    ///
    /// It begins with what comes and ends at Ctrl-C, after `--for` or at `--count`; every line is on
    /// the disk before the next is read. `peyk replay` holds the file against a bot.
    #[command(after_help = "\
Examples:
  peyk record talk.jsonl                          until Ctrl-C
  peyk record talk.jsonl --since start --for 0s   what the server still has, and no more
  peyk record talk.jsonl --app echo --for 10m     one app's traffic, for ten minutes")]
    Record(Box<RecordArguments>),
    /// Post the pushes of a recording to a bot again, and tell what it does otherwise.
    ///
    /// Each push goes out as news: with an id, a time and a signature of its own. Its answer is
    /// compared with the recorded one, and with `--answer-at` or `--through` so are the calls that
    /// the bot makes. The command ends with 0 if all was as recorded, with 1 if something was not,
    /// and with 2 if the file or an option is wrong.
    #[command(after_help = "\
Examples:
  peyk replay talk.jsonl --to http://127.0.0.1:3000/webhook
        whether the bot still answers its pushes as it did
  peyk replay talk.jsonl --to http://127.0.0.1:3000/webhook --answer-at 127.0.0.1:8080
        the bot calls this address, which answers as the marketplace did: no server, no World
  peyk replay talk.jsonl --to http://127.0.0.1:3000/webhook --through http://127.0.0.1:8080
        the bot calls a running Peyk with the same World, and really speaks there")]
    Replay(Box<ReplayArguments>),
    /// Tell what production would punish, from what clients of a running sandbox did.
    Lint,
    /// Print which documented behaviours can be chosen, and how well each is founded.
    Profiles,
    #[command(flatten)]
    Talk(Talk),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, for `man -l -`.
    Man,
}
