//! `check-world`, `migrate` and `backup`, and databases that cannot be used.

use peyk_store::Database;

use super::{Ended, Place};

const FIRST_MIGRATION: &str = include_str!("../../../../store/migrations/0001_core.sqlite.sql");
const FIRST_SCHEMA: &str = include_str!("first_schema.sql");
const NEWER_SCHEMA: &str = include_str!("newer_schema.sql");

fn done(text: &str) -> Ended {
    Ended { code: Some(0), stdout: format!("{text}\n"), stderr: String::new() }
}

fn failed(text: &str) -> Ended {
    Ended { code: Some(1), stdout: String::new(), stderr: format!("peyk: {text}\n") }
}

#[test]
fn a_world_file_is_checked_and_nothing_is_made() {
    let place = Place::new();
    let good = "[[person]]\nid = \"a\"\nname = \"A\"\nphone = \"+10000000\"\nlocale = \"en\"\n";
    std::fs::write(place.path().join("good.toml"), good).unwrap();
    let expected = "good.toml: 1 people, 0 apps, 0 businesses, 0 conversations, no mistakes";
    assert_eq!(place.run(&["check-world", "good.toml"]), done(expected));
    std::fs::write(place.path().join("bad.toml"), "[[person]]\nid = 1\n[[pearson]]\n").unwrap();
    let expected = "bad.toml cannot be used:\n\
        bad.toml:1:1: found no `name`, expected one in [[person]]\n\
        bad.toml:1:1: found no `phone`, expected one in [[person]]\n\
        bad.toml:1:1: found no `locale`, expected one in [[person]]\n\
        bad.toml:2:6: found a number, expected a text as `id`\n\
        bad.toml:3:3: found `pearson`, expected one of `person`, `kenar`, `market`, `clock`, `block`, `script`, `fault`, `magic` at the top";
    assert_eq!(place.run(&["check-world", "bad.toml"]), failed(expected));
    assert_eq!(place.run(&["--world", "bad.toml"]), failed(expected));
    assert!(!place.path().join("data").exists());
}

#[test]
fn a_database_is_migrated_once() {
    let place = Place::new();
    let latest = peyk_store::latest_schema();
    let expected = format!("the database had schema 0 and has {latest} now");
    assert_eq!(place.run(&["migrate"]), done(&expected));
    let expected = format!("the database has schema {latest}, nothing to do");
    assert_eq!(place.run(&["migrate"]), done(&expected));
}

#[test]
fn a_newer_schema_is_refused_with_what_to_do() {
    let place = Place::new();
    assert_eq!(place.run(&["migrate"]).code, Some(0));
    match &place.database {
        Database::Sqlite(file) => {
            rusqlite::Connection::open(file).unwrap().execute_batch(NEWER_SCHEMA).unwrap();
        }
        Database::Postgres(url) => {
            let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
            client.batch_execute(NEWER_SCHEMA).unwrap();
        }
    }
    let latest = peyk_store::latest_schema();
    let expected = format!(
        "the database has schema 999, but this peyk knows only up to {latest}: use the newer \
         peyk that wrote it"
    );
    assert_eq!(place.run(&["migrate"]), failed(&expected));
    assert_eq!(place.run(&["--listen", "127.0.0.1:0"]), failed(&expected));
}

#[test]
fn an_older_database_is_copied_before_it_is_changed() {
    let place = Place::new();
    let Database::Sqlite(file) = &place.database else { return };
    std::fs::create_dir(place.path().join("data")).unwrap();
    let older = rusqlite::Connection::open(file).unwrap();
    older.execute_batch(&format!("{FIRST_MIGRATION}; {FIRST_SCHEMA}")).unwrap();
    drop(older);
    let latest = peyk_store::latest_schema();
    let expected = format!(
        "the database had schema 1 and has {latest} now\n\
         the older one was copied to data/peyk.db.schema-1.bak"
    );
    assert_eq!(place.run(&["migrate"]), done(&expected));
    std::fs::create_dir(place.path().join("older")).unwrap();
    let copy = place.path().join("data/peyk.db.schema-1.bak");
    std::fs::copy(copy, place.path().join("older/peyk.db")).unwrap();
    let again = place.run(&["migrate", "--data", "older"]);
    assert!(again.stdout.starts_with("the database had schema 1 "), "{again:?}");
}

#[test]
fn a_world_that_gives_a_phone_to_somebody_else_is_refused_in_words() {
    let place = Place::new();
    drop(place.serve(&[]));
    let world =
        "[[person]]\nid = \"x\"\nname = \"X\"\nphone = \"+989120000001\"\nlocale = \"fa\"\n";
    std::fs::write(place.path().join("w.toml"), world).unwrap();
    let found = place.run(&["--listen", "127.0.0.1:0", "--world", "w.toml"]);
    assert_eq!(found, failed("the World cannot be loaded: user +989120000001 exists already"));
}

#[test]
fn a_backup_of_a_running_server_can_be_served() {
    let place = Place::new();
    let Database::Sqlite(_) = place.database else {
        let expected = "a PostgreSQL database is copied with its own tools, as pg_dump";
        assert_eq!(place.run(&["backup", "copy.db"]), failed(expected));
        return;
    };
    let missing = "there is no database at data/peyk.db; choose its folder with --data";
    assert_eq!(place.run(&["backup", "copy.db"]), failed(missing));
    let served = place.serve(&[]);
    let expected = "data/peyk.db was copied to copy.db";
    assert_eq!(place.run(&["backup", "copy.db"]), done(expected));
    let exists = "copy.db exists already; choose another name";
    assert_eq!(place.run(&["backup", "copy.db"]), failed(exists));
    drop(served);
    std::fs::create_dir(place.path().join("other")).unwrap();
    std::fs::rename(place.path().join("copy.db"), place.path().join("other/peyk.db")).unwrap();
    let at = |file: &str| place.path().join(file);
    std::fs::copy(at("data/secret"), at("other/secret")).unwrap();
    let (banner, _) = place.serve(&["--data", "other"]).stop("-TERM");
    assert!(banner.contains("echo-key"), "{banner}");
}

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let place = Place::new();
    let Database::Sqlite(_) = place.database else { return };
    let _served = place.serve(&[]);
    let expected = "another peyk is using data/peyk.db: stop it, or choose another --data folder";
    assert_eq!(place.run(&["--listen", "127.0.0.1:0"]), failed(expected));
}
