//! The sandbox's page.

use super::browser::{Browser, words};
use crate::harness::{Peyk, START};
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

#[tokio::test]
async fn a_world_is_loaded_whole_or_not_at_all() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let path = "/console/sandbox/world";
    let wrong = "[[person]]\nid = \"zoe\"\nname = 3\n";
    let page = browser.submit(path, &[("text", wrong)]).await.body;
    assert!(words(&page).contains("The World has mistakes, and nothing was loaded:"), "{page}");
    assert!(words(&page).contains("world.toml:3:"), "{page}");
    let right =
        "[[person]]\nid = \"zoe\"\nname = \"Zoe\"\nphone = \"+447700900009\"\nlocale = \"en\"\n";
    let page = browser.submit(path, &[("text", right)]).await.body;
    assert!(words(&page).contains("The World was loaded."), "{page}");
    assert!(words(&browser.page("/").await).contains("Zoe"));
    peyk.stop().await;
}
