//! `peyk admin`: accounts, made on the server's machine.

use std::io::Write;
use std::process::Stdio;

use super::{Ended, Place};

const PASSWORD: &str = "nine white horses\n";

/// Runs `peyk admin …` and gives it a password on its standard input.
fn admin(place: &Place, arguments: &[&str], password: &str) -> Ended {
    let mut command = place.peyk(&[&["admin"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that needs no password may be gone already.
    let _ = child.stdin.take().unwrap().write_all(password.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    Ended { code: output.status.code(), stdout, stderr }
}

fn said(text: &str) -> Ended {
    Ended { code: Some(0), stdout: text.into(), stderr: String::new() }
}

fn failed(text: &str) -> Ended {
    Ended { code: Some(1), stdout: String::new(), stderr: format!("peyk: {text}\n") }
}

#[test]
fn accounts_are_made_changed_and_removed() {
    let place = Place::new();
    assert_eq!(admin(&place, &["add", "Sara"], PASSWORD), said("sara can sign in now, as admin\n"));
    let added = admin(&place, &["add", "olga", "--role", "read-only"], PASSWORD);
    assert_eq!(added, said("olga can sign in now, as read-only\n"));
    assert_eq!(admin(&place, &["list"], ""), said("olga\tread-only\tnever\nsara\tadmin\tnever\n"));
    let role = admin(&place, &["role", "olga", "operator"], "");
    assert_eq!(role, said("olga is operator now\n"));
    let password = admin(&place, &["password", "olga"], "nine black horses\n");
    assert_eq!(password, said("olga has another password now, and has to sign in again\n"));
    assert_eq!(admin(&place, &["remove", "olga"], ""), said("olga was removed\n"));
    assert_eq!(admin(&place, &["list"], ""), said("sara\tadmin\tnever\n"));
}

#[test]
fn mistakes_are_told_and_change_nothing() {
    let place = Place::new();
    let short = "a password needs at least 12 characters; a sentence is a good one";
    assert_eq!(admin(&place, &["add", "sara"], "short\n"), failed(short));
    assert_eq!(admin(&place, &["list"], ""), said(""));
    admin(&place, &["add", "sara"], PASSWORD);
    let taken = "there is an account with this name already";
    assert_eq!(admin(&place, &["add", "SARA"], PASSWORD), failed(taken));
    let last = "this is the last admin: make another one first";
    assert_eq!(admin(&place, &["remove", "sara"], ""), failed(last));
    assert_eq!(admin(&place, &["role", "sara", "operator"], ""), failed(last));
    let unknown = "nobody: there is no account with this name";
    assert_eq!(admin(&place, &["password", "nobody"], PASSWORD), failed(unknown));
}

#[tokio::test]
async fn a_running_server_tells_how_to_make_the_first_account_and_meets_it() {
    let place = Place::new();
    let mut command = place.peyk(&["--listen", "127.0.0.1:0"]);
    command.env("PEYK_ADMIN_TOKEN", "s3cret-token");
    let served = super::Served::start(command);
    let added = admin(&place, &["add", "sara"], PASSWORD);
    assert_eq!(added, said("sara can sign in now, as admin\n"));
    let acts = served.http.get(format!("{}/control/v1/acts", served.url()));
    let acts = acts.bearer_auth("s3cret-token").send().await.unwrap();
    let acts: serde_json::Value = acts.json().await.unwrap();
    let shown = ["doer", "act", "target", "outcome"].map(|name| acts["items"][0][name].clone());
    assert_eq!(shown, ["command", "add_account", "account sara", "done"]);
    let (said, status) = served.stop("-TERM");
    assert!(status.success());
    assert!(said.contains("peyk admin add"), "{said}");
    let mut command = place.peyk(&["--listen", "127.0.0.1:0"]);
    command.env("PEYK_ADMIN_TOKEN", "s3cret-token");
    let (said, _) = super::Served::start(command).stop("-TERM");
    assert!(!said.contains("peyk admin add"), "{said}");
}
