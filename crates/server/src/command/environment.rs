//! The environment: a misspelled `PEYK_…` is told, not ignored.

use clap::CommandFactory;

use super::arguments::Arguments;
use super::secret;

const PREFIX: &str = "PEYK_";
/// What tests of Peyk read, and what a bot finds that `peyk test` started.
const IGNORED: [&str; 5] = ["PEYK_TEST_", "PEYK_URL", "PEYK_APP", "PEYK_BUSINESS", "PEYK_PORT_"];

/// Refuses variables that begin like ours and mean nothing.
pub fn check() -> anyhow::Result<()> {
    let command = Arguments::command();
    let commands = std::iter::once(&command).chain(command.get_subcommands());
    let mut known: Vec<String> = commands
        .flat_map(clap::Command::get_arguments)
        .filter_map(|argument| Some(argument.get_env()?.to_string_lossy().into_owned()))
        .collect();
    known.push(secret::VARIABLE.to_owned());
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    match names.filter(|name| is_unknown(name, &known)).min() {
        None => Ok(()),
        Some(name) => match nearest(&name, &known) {
            Some(near) => anyhow::bail!("{name} means nothing; did you mean {near}?"),
            None => anyhow::bail!("{name} means nothing; peyk knows {}", known.join(", ")),
        },
    }
}

fn is_unknown(name: &str, known: &[String]) -> bool {
    name.starts_with(PREFIX)
        && !IGNORED.iter().any(|known| name.starts_with(known))
        && !known.iter().any(|it| it == name)
}

/// The known name with the fewest changed characters.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a String> {
    known.iter().min_by_key(|candidate| distance(name, candidate))
}

/// How many characters have to be put in, taken out or replaced.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_name_is_near_to_the_right_one() {
        let known = ["PEYK_DATA", "PEYK_DATABASE", "PEYK_LISTEN"].map(str::to_owned);
        assert_eq!(nearest("PEYK_LISEN", &known).unwrap(), "PEYK_LISTEN");
        assert_eq!(nearest("PEYK_DB", &known).unwrap(), "PEYK_DATA");
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_our_own_names_are_looked_at() {
        let known = ["PEYK_DATA".to_owned()];
        assert!(is_unknown("PEYK_DATE", &known));
        for name in ["PEYK_DATA", "PEYK_TEST_POSTGRES", "PATH"] {
            assert!(!is_unknown(name, &known), "{name}");
        }
    }
}
