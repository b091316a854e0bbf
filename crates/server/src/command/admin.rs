//! `peyk admin`: accounts of those who look after a server, made and changed on its machine.
//!
//! Whoever can read and write the database may do everything anyway, so nobody is asked who they
//! are. The log says that a command did it.

use std::io::{BufRead, IsTerminal, Read, Write};

use anyhow::{Context as _, anyhow, bail};
use clap::{Subcommand, ValueEnum};
use peyk_engine::access::{self, Answer};
use peyk_engine::{
    Clock, Context, Database, Dice, Engine, Keyring, NewAct, Objects, Outside, Store, password,
};
use peyk_model::access::{ActOutcome, PASSWORD_MAX_BYTES, Password};
use peyk_model::{Account, AccountName, Act, Doer, Role};

use super::options::Configuration;
use super::secret::secret;
use crate::control::time;

/// What can be done with accounts.
#[derive(Debug, Clone, Subcommand)]
pub enum AdminCommand {
    /// Make an account; its password comes from the terminal or from standard input.
    Add {
        /// The name to sign in with.
        name: String,
        /// What they may do.
        #[arg(long, value_enum, default_value_t = RoleWord::Admin)]
        role: RoleWord,
    },
    /// List the accounts, one in each line: name, role, and when they last signed in.
    List,
    /// Give an account another password, and end all its sessions.
    Password {
        /// The account's name.
        name: String,
    },
    /// Give an account another role.
    Role {
        /// The account's name.
        name: String,
        /// What they may do from now on.
        #[arg(value_enum)]
        role: RoleWord,
    },
    /// Remove an account, and end all its sessions.
    Remove {
        /// The account's name.
        name: String,
    },
}

/// A role, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Does everything, and decides who else does what.
    Admin,
    /// Looks after deliveries, webhooks and conversations.
    Operator,
    /// Looks, and changes nothing.
    ReadOnly,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Admin => Self::Admin,
            RoleWord::Operator => Self::Operator,
            RoleWord::ReadOnly => Self::ReadOnly,
        }
    }
}

/// `peyk admin …`.
pub fn admin(configuration: &Configuration, command: &AdminCommand) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let engine = open(configuration)?;
    let said = runtime.block_on(perform(&engine, command));
    engine.store().close();
    // A reader who has seen enough is no failure.
    drop(std::io::stdout().lock().write_all(said?.as_bytes()));
    Ok(())
}

fn open(configuration: &Configuration) -> anyhow::Result<Engine> {
    let data = &configuration.data;
    if let Database::Sqlite(_) = configuration.database {
        std::fs::create_dir_all(data)
            .with_context(|| format!("{} cannot be made", data.display()))?;
    }
    Ok(Engine::new(Outside {
        store: Store::open_beside(&configuration.database)?,
        objects: Objects::open(&configuration.media)?,
        clock: Clock::system(),
        dice: Dice::unpredictable(),
        keyring: Keyring::new(&secret(data)?),
    }))
}

async fn perform(engine: &Engine, command: &AdminCommand) -> anyhow::Result<String> {
    match command {
        AdminCommand::Add { name, role } => {
            let name = AccountName::parse(name)?;
            let role = Role::from(*role);
            let hash = chosen_password(engine, &name)?;
            let target = name.clone();
            let verb = move |context: &mut Context<'_, '_>| {
                access::add_account(context, &target, role, &hash)
            };
            done(engine, Act::AddAccount, name.as_str(), verb).await?;
            Ok(format!("{name} can sign in now, as {}\n", role.word()))
        }
        AdminCommand::List => {
            let accounts = engine.read(access::accounts).await?;
            Ok(accounts.iter().map(line).collect())
        }
        AdminCommand::Password { name } => {
            let found = account(engine, name).await?;
            let hash = chosen_password(engine, &found.name)?;
            let verb = move |context: &mut Context<'_, '_>| {
                access::change_password(context, found.id, &hash, None)
            };
            done(engine, Act::ChangePassword, name, verb).await?;
            Ok(format!("{name} has another password now, and has to sign in again\n"))
        }
        AdminCommand::Role { name, role } => {
            let (found, role) = (account(engine, name).await?, Role::from(*role));
            let verb =
                move |context: &mut Context<'_, '_>| access::change_role(context, found.id, role);
            done(engine, Act::ChangeRole, name, verb).await?;
            Ok(format!("{name} is {} now\n", role.word()))
        }
        AdminCommand::Remove { name } => {
            let found = account(engine, name).await?;
            let verb =
                move |context: &mut Context<'_, '_>| access::remove_account(context, found.id);
            done(engine, Act::RemoveAccount, name, verb).await?;
            Ok(format!("{name} was removed\n"))
        }
    }
}

async fn account(engine: &Engine, name: &str) -> anyhow::Result<Account> {
    let wanted = name.to_owned();
    let found = engine.read(move |context| access::account_named(context, &wanted)).await?;
    found.map_err(|refusal| anyhow!("{name}: {refusal}"))
}

/// Runs a verb, and remembers it with its end.
async fn done<T: Send + 'static>(
    engine: &Engine,
    act: Act,
    target: &str,
    mut verb: impl FnMut(&mut Context<'_, '_>) -> Answer<T> + Send + 'static,
) -> anyhow::Result<T> {
    let target = format!("account {target}");
    let ended = engine.write(move |context| {
        let ended = verb(context)?;
        let outcome = if ended.is_ok() { ActOutcome::Done } else { ActOutcome::Refused };
        let target = target.clone();
        let act = NewAct { doer: Doer::Command, address: None, act, target, outcome };
        access::begin_act(context, &act)?;
        Ok(ended)
    });
    Ok(ended.await??)
}

fn line(account: &Account) -> String {
    let seen = account.signed_in_at.map_or_else(|| "never".to_owned(), time);
    format!("{}\t{}\t{seen}\n", account.name, account.role.word())
}

/// The hash of a password that somebody types twice, or that comes as a line of standard input.
fn chosen_password(engine: &Engine, name: &AccountName) -> anyhow::Result<String> {
    let text = if std::io::stdin().is_terminal() {
        let first = rpassword::prompt_password(format!("password for {name}: "))?;
        Password::parse(name, &first)?;
        if rpassword::prompt_password("the same once more: ")? != first {
            bail!("the two passwords differ; nothing was changed");
        }
        first
    } else {
        let mut line = String::new();
        let longest = PASSWORD_MAX_BYTES as u64 + 2;
        let read = std::io::stdin().lock().take(longest).read_line(&mut line);
        read.context("standard input cannot be read")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    let chosen = Password::parse(name, &text)?;
    Ok(password::hash(chosen.expose(), engine.dice().bytes()))
}
