//! Real processes that share one file of tokens.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use peyk_client::Timestamp;
use peyk_client::kenar::oauth::FileStore;
use peyk_client::kenar::{OAuth, ScopeWord, TokenStore as _, Tokens};
use peyk_server::Settings;

use crate::harness::{POST_CHAT, Peyk, world};
use crate::kenar;

const ROLE: &str = "PEYK_TEST_ROLE";

/// Starts this program once more, to do nothing but [`another_process`].
fn process(role: &str, url: &str, file: &std::path::Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "processes::another_process", "--nocapture", "--ignored"]);
    command.env(ROLE, role).env("PEYK_TEST_URL", url).env("PEYK_TEST_FILE", file);
    command.stdout(Stdio::piped()).spawn().unwrap()
}

/// What the process says first; its output stays open for the rest.
fn first(child: &mut Child) -> (String, impl Sized + use<>) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.find_map(|line| ours(&line.unwrap()));
    (said.expect("the process says something"), lines)
}

/// What the process says in its whole life.
fn all(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    text.lines().find_map(ours).expect("the process says something")
}

fn ours(line: &str) -> Option<String> {
    line.split_once("said: ").map(|(_, said)| said.to_owned())
}

#[tokio::test]
#[ignore = "the tests below start it as a process of its own"]
async fn another_process() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let (url, file) = (std::env::var("PEYK_TEST_URL"), std::env::var("PEYK_TEST_FILE"));
    let (url, store) = (url.unwrap(), FileStore::new(file.unwrap()));
    if role == "holds" {
        let _lock = store.lock().await.unwrap();
        println!("\nsaid: locked");
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    let session = oauth(&url).session(store);
    let user = kenar(&url).as_user(std::sync::Arc::clone(&session));
    let (_, said) = user.conversation(&POST_CHAT.into()).await.unwrap();
    println!("\nsaid: {} refreshes, {} messages", session.refreshes(), said.len());
}

fn oauth(url: &str) -> OAuth {
    let oauth = OAuth::builder("echo", "echo-secret", "http://127.0.0.1:3000/callback");
    oauth.peyk(url).care(crate::care()).build().unwrap()
}

/// A server that knows a refresh token, and a file with tokens that are over.
async fn granted() -> (Peyk, tempfile::TempDir, std::path::PathBuf) {
    let mut world = world();
    let grant = world.grants.iter_mut().find(|grant| grant.person == "sara").unwrap();
    grant.refresh_token = Some(peyk_engine::world::Secret::Plain("ory_rt_sara".into()));
    let peyk = Peyk::with(world, Settings::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sara.json");
    let expires_at = Timestamp::from_micros(0);
    let tokens = Tokens::new("ory_at_over", expires_at).refreshed_by("ory_rt_sara");
    let tokens = tokens.scoped(ScopeWord::parse_list("offline_access"));
    FileStore::new(&file).save(&tokens).await.unwrap();
    (peyk, folder, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_processes_one_refreshes_and_all_go_on() {
    let (peyk, _folder, file) = granted().await;
    let children: Vec<Child> = (0..4).map(|_| process("calls", &peyk.url, &file)).collect();
    let mut said: Vec<String> = children.into_iter().map(all).collect();
    said.sort();
    let others = "0 refreshes, 2 messages";
    assert_eq!(said, [others, others, others, "1 refreshes, 2 messages"]);
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_a_process_that_dies_is_free() {
    let (peyk, _folder, file) = granted().await;
    let mut holder = process("holds", &peyk.url, &file);
    let (said, _output) = first(&mut holder);
    assert_eq!(said, "locked");
    let caller = process("calls", &peyk.url, &file);
    let session = oauth(&peyk.url).session(FileStore::new(&file));
    let waits = tokio::time::timeout(Duration::from_millis(300), session.token()).await;
    assert!(waits.is_err(), "nobody refreshes while another does");
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(all(caller).ends_with("refreshes, 2 messages"));
    session.token().await.unwrap();
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_refreshed_at_a_real_server() {
    let (peyk, _folder, file) = granted().await;
    let session = oauth(&peyk.url).session(FileStore::new(&file));
    let user = kenar(&peyk.url).as_user(std::sync::Arc::clone(&session));
    for hours in 0..3 {
        // The server's hour is over, and the client does not know.
        assert_eq!(user.conversation(&POST_CHAT.into()).await.unwrap().1.len(), 2);
        assert_eq!(session.refreshes(), hours + 1);
        peyk.clock().advance(Duration::from_secs(3601));
    }
    peyk.stop().await;
}
