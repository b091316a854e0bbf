//! `snapshot`, `restore`, `reset`, `export` and `load`, against a server that runs beside them.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use super::{Ended, Place, Served};

const CHAT: &str = "/people/ivan/conversations/6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01/messages";

fn run(place: &Place, served: &Served, arguments: &[&str]) -> Ended {
    place.run(&[arguments, &["--server", served.url()]].concat())
}

fn said(place: &Place, served: &Served, arguments: &[&str]) -> String {
    let Ended { code, stdout, stderr } = run(place, served, arguments);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    stdout
}

fn failed(place: &Place, served: &Served, arguments: &[&str], expected: &str) {
    let Ended { code, stdout, stderr } = run(place, served, arguments);
    assert_eq!((code, stdout.as_str(), stderr), (Some(1), "", format!("peyk: {expected}\n")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_is_kept_put_back_and_begun_anew() {
    let place = Place::new();
    let served = place.serve(&[]);
    let nothing = "there are no snapshots; `peyk snapshot NAME` makes one\n";
    assert_eq!(said(&place, &served, &["snapshot"]), nothing);
    let before = served.messages(CHAT).await;
    let made = said(&place, &served, &["snapshot", "base"]);
    assert!(made.starts_with("base  made at 20") && made.ends_with(" KiB\n"), "{made}");
    assert_eq!(said(&place, &served, &["snapshot"]), made);
    for back in [&["restore", "base"][..], &["reset"]] {
        served.control(CHAT, Some(json!({ "text": "one more" }))).await.unwrap();
        assert_eq!(served.messages(CHAT).await.len(), before.len() + 1);
        let told = said(&place, &served, back);
        assert!(told.starts_with("everything is as it was "), "{told}");
        let after = served.messages(CHAT).await;
        let texts = |all: &[serde_json::Value]| -> Vec<serde_json::Value> {
            all.iter().map(|one| one["text"].clone()).collect()
        };
        assert_eq!(texts(&after), texts(&before), "{back:?}");
    }
    let forgotten = "snapshot `base` is forgotten\n";
    assert_eq!(said(&place, &served, &["snapshot", "base", "--delete"]), forgotten);
    let missing = "snapshot `base`: snapshot not found";
    failed(&place, &served, &["snapshot", "base", "--delete"], missing);
    failed(&place, &served, &["restore", "base"], missing);
    let expected =
        "snapshot `a b`: name: expected 1 to 64 of the characters A-Z, a-z, 0-9, `-` and `_`";
    failed(&place, &served, &["snapshot", "a b"], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_is_taken_away_privately_and_loaded_elsewhere() {
    let place = Place::new();
    let served = place.serve(&[]);
    served.control(CHAT, Some(json!({ "text": "taken along" }))).await.unwrap();
    let file = place.path().join("here.toml");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let told = said(&place, &served, &["export", "here.toml", "--with-secrets"]);
    assert!(told.ends_with(" bytes, which only you can read\n"), "{told}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let elsewhere = Place::new();
    let there = elsewhere.serve(&[]);
    let path = file.to_str().unwrap();
    let loaded = said(&elsewhere, &there, &["load", path, "--replace"]);
    assert_eq!(loaded, format!("{path}: 7 people, 9 conversations\n"));
    let texts = there.messages(CHAT).await;
    assert!(texts.iter().any(|message| message["text"] == "taken along"), "{texts:?}");
    std::fs::write(place.path().join("bad.toml"), "[[person]]\nid = 1\n").unwrap();
    let expected = "bad.toml cannot be loaded:\n\
        bad.toml:1:1: found no `name`, expected one in [[person]]\n\
        bad.toml:1:1: found no `phone`, expected one in [[person]]\n\
        bad.toml:1:1: found no `locale`, expected one in [[person]]\n\
        bad.toml:2:6: found a number, expected a text as `id`";
    failed(&place, &served, &["load", "bad.toml"], expected);
    let missing = "gone.toml cannot be read: No such file or directory (os error 2)";
    failed(&place, &served, &["load", "gone.toml"], missing);
    let missing = "gone/x.toml cannot be written: No such file or directory (os error 2)";
    failed(&place, &served, &["export", "gone/x.toml"], missing);
}

#[test]
fn production_keeps_nothing_and_is_not_put_back() {
    let place = Place::new();
    let served = place.serve(&["--admin-token", "admin-token"]);
    let refused = "this is for sandboxes, and a server with an admin token is none";
    for (arguments, before) in [
        (&["snapshot", "base"][..], "snapshot `base`: "),
        (&["restore", "base"], "snapshot `base`: "),
        (&["reset"], ""),
        (&["export", "x.toml"], ""),
    ] {
        let all = [arguments, &["--admin-token", "admin-token"]].concat();
        failed(&place, &served, &all, &format!("{before}{refused}"));
    }
    assert!(!place.path().join("x.toml").exists());
}
