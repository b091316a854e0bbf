//! What is around every page: who is let in, what protects it, its languages and its weight.

use peyk_server::Settings;

use super::browser::{Browser, words};
use crate::harness::{Peyk, send, world};

#[tokio::test]
async fn every_page_is_protected() {
    let peyk = Peyk::start().await;
    for path in ["/", "/console/sandbox", "/console/nowhere", "/console/assets/x/console.css"] {
        let answer = send(peyk.request("GET", path)).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        for inline in ["<style", "style=", "<script>", "onclick=", "javascript:"] {
            assert!(!answer.body.contains(inline), "{path} has {inline}");
        }
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_page_is_in_the_language_of_its_reader() {
    let peyk = Peyk::start().await;
    for (language, direction, title) in
        [("fa-IR,fa", "rtl", "سندباکس"), ("ru", "ltr", "Песочница"), ("de", "ltr", "Sandbox")]
    {
        let page = Browser::in_language(&peyk, language).page("/console/sandbox").await;
        let code = if language == "de" { "en" } else { &language[..2] };
        assert!(page.contains(&format!("<html lang=\"{code}\" dir=\"{direction}\"")), "{page}");
        assert!(words(&page).contains(title));
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_chosen_language_and_theme_stay() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    browser.page("/console/sandbox?lang=ru&theme=dark").await;
    let page = browser.page("/console/sandbox").await;
    assert!(page.contains("<html lang=\"ru\" dir=\"ltr\" data-theme=\"dark\">"), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_form_of_elsewhere_changes_nothing() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let stranger = Browser::new(&peyk).csrf().await;
    for word in ["", "wrong", &stranger] {
        let fields = [("act", "advance"), ("seconds", "60"), ("csrf", word)];
        let answer = browser.send_form("/console/sandbox/clock", &fields).await;
        assert_eq!(answer.status, 403, "{word}");
        assert!(answer.body.contains("This form is no longer good"), "{}", answer.body);
    }
    let csrf = browser.csrf().await;
    let form = [("act", "advance"), ("seconds", "60"), ("csrf", &csrf)];
    for (name, value) in [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")] {
        let request = peyk.request("POST", "/console/sandbox/clock").header(name, value);
        assert_eq!(send(request.form(&form)).await.status, 403, "{name}");
    }
    assert_eq!(peyk.clock().now(), crate::harness::START);
    peyk.stop().await;
}

#[tokio::test]
async fn a_name_that_is_not_ours_is_refused() {
    let peyk = Peyk::start().await;
    let request = peyk.request("GET", "/console/sandbox").header("host", "rebound.example");
    let answer = send(request).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("Not from here"), "{}", answer.body);
    peyk.stop().await;
}

#[tokio::test]
async fn nobody_is_let_in_where_others_rely_on_the_server() {
    let settings = Settings { admin_token: Some("operator-secret".into()), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    for path in ["/", "/console/sandbox", "/console/live", "/console/access"] {
        let answer = send(peyk.request("GET", path)).await;
        assert!(answer.body.contains("peyk admin add NAME"), "{path} leads to where one signs in");
        assert!(!answer.body.contains("main-nav"), "{path}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn what_a_browser_keeps_for_good_never_changes() {
    let peyk = Peyk::start().await;
    let page = Browser::new(&peyk).page("/console/sandbox").await;
    let (_, rest) = page.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let sheet = rest.split('"').next().unwrap();
    let answer = send(peyk.request("GET", sheet)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
    let old = send(peyk.request("GET", "/console/assets/0/console.css")).await;
    assert_eq!(old.headers["cache-control"], "no-cache");
    assert_eq!(send(peyk.request("GET", "/console/assets/0/other.css")).await.status, 404);
    peyk.stop().await;
}
