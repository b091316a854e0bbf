//! The sandbox's page.

use super::browser::{Browser, words};
use crate::harness::{Peyk, START, send};
use peyk_model::Timestamp;

#[tokio::test]
async fn the_clock_is_moved_by_forms() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let clock = "/console/sandbox/clock";
    let page = browser.submit(clock, &[("act", "advance"), ("seconds", "3600")]).await.body;
    assert!(words(&page).contains("The clock was moved."), "{page}");
    assert!(words(&page).contains("20 November 2026, 13:00:00"), "{page}");
    assert_eq!(peyk.clock().now(), Timestamp(START.0 + 3_600_000_000));
    browser.submit(clock, &[("act", "set"), ("time", "2027-01-02T03:04")]).await;
    assert!(words(&browser.page("/console/sandbox").await).contains("2 January 2027, 03:04:00"));
    let page = browser.submit(clock, &[("act", "set"), ("time", "1950-01-01T00:00")]).await.body;
    assert!(words(&page).contains("The clock cannot go there."), "{page}");
    let page = browser.submit(clock, &[("act", "run")]).await.body;
    assert!(words(&page).contains("Nothing was waiting."), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_notice_is_shown_once() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    browser.submit("/console/sandbox/clock", &[("act", "freeze")]).await;
    assert!(!browser.page("/console/sandbox").await.contains("class=\"notice"));
    peyk.stop().await;
}

const ZOE: &str =
    "[[person]]\nid = \"zoe\"\nname = \"Zoe\"\nphone = \"+447700900009\"\nlocale = \"en\"\n";

async fn load(browser: &Browser<'_>, fields: &[(&'static str, &str)], file: &str) -> String {
    let mut form = reqwest::multipart::Form::new().text("csrf", browser.csrf().await);
    let part = reqwest::multipart::Part::bytes(file.as_bytes().to_vec()).file_name("mine.toml");
    form = form.part("file", part);
    for (name, value) in fields {
        form = form.text(*name, (*value).to_owned());
    }
    browser.send_file("/console/sandbox/world", form).await.body
}

#[tokio::test]
async fn a_world_is_loaded_whole_or_not_at_all() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let wrong = "[[person]]\nid = \"zoe\"\nname = 3\n";
    let page = load(&browser, &[("text", wrong)], "").await;
    assert!(words(&page).contains("The World has mistakes, and nothing was loaded:"), "{page}");
    assert!(words(&page).contains("world.toml:3:"), "{page}");
    let page = load(&browser, &[], wrong).await;
    assert!(words(&page).contains("mine.toml:3:"), "{page}");
    let page = load(&browser, &[("text", ZOE)], "").await;
    assert!(words(&page).contains("The World was loaded."), "{page}");
    let people = words(&browser.page("/").await);
    assert!(people.contains("Zoe") && people.contains("Иван"), "{people}");
    let stale =
        reqwest::multipart::Form::new().text("text", ZOE).text("csrf", browser.csrf().await);
    assert_eq!(browser.send_file("/console/sandbox/world", stale).await.status, 403);
    peyk.stop().await;
}

#[tokio::test]
async fn a_world_comes_in_the_place_of_all_and_goes_out_as_a_file() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let before = browser.get("/console/sandbox/world.toml").await;
    assert_eq!(before.headers["content-type"], "application/toml");
    assert_eq!(before.headers["content-disposition"], "attachment; filename=\"world.toml\"");
    assert!(before.body.contains("id = \"ivan\""), "{}", before.body);
    load(&browser, &[("replace", "on")], ZOE).await;
    let people = words(&browser.page("/").await);
    assert!(people.contains("Zoe") && !people.contains("Иван"), "{people}");
    load(&browser, &[("replace", "on")], &before.body).await;
    assert!(words(&browser.page("/").await).contains("Иван"));
    peyk.stop().await;
}

#[tokio::test]
async fn faults_are_added_counted_switched_and_taken_away() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let add = "/console/sandbox/faults/add";
    let wrong = [("effect", "status"), ("place", "in:kenar:"), ("code", "299")];
    let page = browser.submit(add, &wrong).await.body;
    assert!(words(&page).contains("There cannot be such a fault:"), "{page}");
    assert!(words(&page).contains("code: found `299`"), "{page}");
    let asked = [("effect", "status"), ("place", "in:kenar:"), ("code", "503"), ("count", "1")];
    let page = browser.submit(add, &asked).await.body;
    assert!(words(&page).contains("The status 503 is answered, and nothing is done."), "{page}");
    let users = || send(peyk.request("GET", "/v1/open-platform/users"));
    assert_eq!(users().await.status, 503);
    assert_eq!(users().await.status, 401, "it happens once");
    let page = words(&browser.page("/console/sandbox").await);
    assert!(
        page.contains("status-1 on") && page.contains("fitted 2 times · struck once"),
        "{page}"
    );
    let change = "/console/sandbox/faults";
    let page = browser.submit(change, &[("name", "status-1"), ("to", "off")]).await.body;
    assert!(words(&page).contains("status-1 off"), "{page}");
    let page = browser.submit(change, &[("name", "status-1"), ("to", "gone")]).await.body;
    assert!(words(&page).contains("Nothing fails on purpose."), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_page_says_what_scripts_wait_for_and_what_magic_names_do() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let script = format!(
        "magic = true\n{ZOE}[[market.business]]\nid = 7\nname = \"Seven\"\n[[script]]\nname = \"asks\"\nperson = \"zoe\"\n\
         when = {{ text = \"price\" }}\n[[script.then]]\nsay = \"How much?\"\n"
    );
    let page = load(&browser, &[], &script).await;
    let page = words(&page);
    assert!(page.contains("Waits for a message with the words price"), "{page}");
    assert!(page.contains("7410 an order whose chat is finished"), "{page}");
    assert!(page.contains("an address for events that answers each one with 500"), "{page}");
    peyk.stop().await;
}
