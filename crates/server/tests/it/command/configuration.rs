//! Flags, environment and `peyk.toml`.

use std::os::unix::fs::PermissionsExt;

use super::{Ended, Place, Served, ended};

fn refusal(text: &str) -> Ended {
    Ended { code: Some(2), stdout: String::new(), stderr: format!("peyk: {text}\n") }
}

#[test]
fn an_unknown_variable_is_told_with_the_nearest_known_one() {
    let place = Place::new();
    let with = |name: &str| ended(place.peyk(&["check-world", "none.toml"]).env(name, "x"));
    let expected = "PEYK_LISEN means nothing; did you mean PEYK_LISTEN?";
    assert_eq!(with("PEYK_LISEN"), refusal(expected));
    let ignored = with("PEYK_TEST_ANYTHING");
    assert_eq!(ignored.code, Some(1));
    assert!(ignored.stderr.starts_with("peyk: none.toml cannot be read: "), "{ignored:?}");
}

#[test]
fn an_unknown_key_of_the_file_is_refused_with_its_line() {
    let place = Place::new();
    std::fs::write(place.path().join("peyk.toml"), "data = \"x\"\nport = 80\n").unwrap();
    let found = place.run(&["migrate"]);
    assert_eq!(found.code, Some(2));
    let expected = "peyk: peyk.toml:2: unknown field `port`, expected one of `listen`, `data`";
    assert!(found.stderr.starts_with(expected), "{found:?}");
}

#[test]
fn a_profile_that_nobody_documented_is_refused_with_those_that_are() {
    let place = Place::new();
    let with = |file: &str| {
        std::fs::write(place.path().join("peyk.toml"), file).unwrap();
        place.run(&["migrate"])
    };
    let found = with("[kenar]\nprofile = \"2019\"\n");
    assert_eq!(found, refusal("[kenar] profile must be current or documents, found 2019"));
    let found = with("[kenar]\nprofile = \"documents\"\nown_echo = false\n");
    assert_eq!(found.code, Some(0), "{found:?}");
    let found = with("[market]\nfinished = \"locks\"\n");
    assert_eq!(found, refusal("[market] finished must be reopens or refuses, found locks"));
    let found = with("[market]\nnotification_path = \"x\"\n");
    assert_eq!(found, refusal("[market] notification_path must begin with /, found x"));
    let found = with("[market]\nfinished = \"refuses\"\nforwarded_for = \"5.45.207.10\"\n");
    assert_eq!(found.code, Some(0), "{found:?}");
}

#[test]
fn every_profile_is_listed_with_its_standing() {
    let found = Place::new().run(&["profiles"]);
    assert_eq!(found.code, Some(0));
    for (how, standing) in [
        (
            "events with sent_at as RFC 3339, size_bytes as text  [kenar] profile = \"current\"",
            "seen in clients",
        ),
        (
            "events with sent_at as microseconds, size_bytes as number  [kenar] profile = \"documents\"",
            "in the documents",
        ),
        (
            "user_side of a server link SUPPLY or DEMAND  [kenar] profile = \"current\"",
            "our choice",
        ),
        (
            "user_side of a server link Supply or Demand  [kenar] profile = \"documents\"",
            "in the documents",
        ),
        ("an app does not hear what it sent itself  [kenar] own_echo = false", "our choice"),
    ] {
        let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = squeezed(&format!("Kenar: {how} {standing}"));
        assert!(
            found.stdout.lines().any(|line| squeezed(line) == expected),
            "{expected}: {found:?}"
        );
    }
}

#[test]
fn a_file_that_was_named_has_to_be_there() {
    let found = Place::new().run(&["--config", "other.toml", "migrate"]);
    assert_eq!(found.code, Some(2));
    assert!(found.stderr.starts_with("peyk: other.toml cannot be read: "), "{found:?}");
}

#[tokio::test]
async fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let place = Place::new();
    let file =
        "listen = \"127.0.0.1:0\"\npublic_url = \"http://file.localhost\"\ndata = \"kept\"\n";
    std::fs::write(place.path().join("peyk.toml"), file).unwrap();
    let status = |served: Served| async move {
        served.control("/status", None).await.unwrap()["dialects"]["kenar"].clone()
    };
    assert_eq!(status(Served::start(place.peyk(&[]))).await, "http://file.localhost");
    assert!(place.path().join("kept/secret").exists());
    let mut command = place.peyk(&["serve"]);
    command.env("PEYK_PUBLIC_URL", "http://environment.localhost");
    assert_eq!(status(Served::start(command)).await, "http://environment.localhost");
    let mut command = place.peyk(&["--public-url", "http://flag.localhost/"]);
    command.env("PEYK_PUBLIC_URL", "http://environment.localhost");
    assert_eq!(status(Served::start(command)).await, "http://flag.localhost");
}

#[test]
fn options_that_make_no_sense_are_refused_in_words() {
    let place = Place::new();
    let mysql = "--database takes a URL like postgres://user@host/name";
    let url = "--public-url takes an address like https://chat.example, found ftp://x";
    for (arguments, expected) in [
        (vec!["--database", "mysql://user:password@host"], mysql),
        (vec!["--tls-cert", "x.pem"], "--tls-cert needs --tls-key"),
        (vec!["--tls-key", "x.pem"], "--tls-key needs --tls-cert"),
        (vec!["--public-url", "ftp://x"], url),
        (vec!["--retention-days", "0"], "--retention-days takes 1 to 3650, found 0"),
        (vec!["--pages-mib", "65537"], "--pages-mib takes 0 to 65536, found 65537"),
        (
            vec!["--admin-token", "short"],
            "the admin token needs 8 or more visible ASCII characters",
        ),
    ] {
        assert_eq!(place.run(&arguments), refusal(expected), "{arguments:?}");
    }
    for arguments in [["--listen", "nowhere"], ["--lisen", "127.0.0.1:0"], ["--log", "a=b=c"]] {
        let found = place.run(&arguments);
        assert_eq!((found.code, found.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!found.stderr.is_empty());
    }
}

#[test]
fn help_teaches_by_examples_and_shows_no_values_of_the_environment() {
    let mut command = Place::new().peyk(&["--help"]);
    let found = ended(command.current_dir("/").env("PEYK_ADMIN_TOKEN", "s3cret-token"));
    assert_eq!(found.code, Some(0));
    for part in ["Examples:", "check-world", "PEYK_LISTEN", "peyk.toml", "--tls-cert"] {
        assert!(found.stdout.contains(part), "no {part} in {}", found.stdout);
    }
    assert!(!found.stdout.contains("s3cret"));
}

#[test]
fn only_its_owner_can_read_the_secret_which_stays_the_same() {
    let place = Place::new();
    let path = place.path().join("data/secret");
    drop(place.serve(&[]));
    let first = std::fs::read(&path).unwrap();
    assert!(first.len() > 40);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    drop(place.serve(&[]));
    assert_eq!(std::fs::read(&path).unwrap(), first);

    let short = ended(place.peyk(&["--listen", "127.0.0.1:0"]).env("PEYK_SECRET", "short"));
    let expected = "peyk: the secret in PEYK_SECRET is shorter than 16 bytes\n";
    assert_eq!((short.code, short.stderr.as_str()), (Some(1), expected));
}

#[test]
fn a_server_that_others_can_reach_needs_an_admin_token() {
    let found = Place::new().run(&["--listen", "0.0.0.0:0"]);
    let expected = "peyk: 0.0.0.0:0 is open to other machines, and whoever reaches the control \
                    API can act as anybody: set an admin token, or stay on 127.0.0.1\n";
    assert_eq!((found.code, found.stderr.as_str()), (Some(1), expected));
}
