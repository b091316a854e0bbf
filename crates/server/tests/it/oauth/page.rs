//! The page itself: what it says, who may answer it, and what keeps others away.

use std::time::Duration;

use super::{REDIRECT, asking, form, location, staying, visit};
use crate::harness::{Answer, BOT_CHAT, POST, POST_CHAT, Peyk, SARA_TOKEN, send, world};

fn scope() -> String {
    format!("CHAT_CONVERSATION_READ.{POST_CHAT} CHAT_POST_CONVERSATIONS_READ.{POST} offline_access")
}

async fn page(peyk: &Peyk, query: &str, language: &str) -> Answer {
    let request = staying().get(format!("{}/oauth2/auth?{query}", peyk.url));
    let answer = send(request.header("accept-language", language)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

fn csrf(page: &Answer) -> &str {
    let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").unwrap();
    rest.split('"').next().unwrap()
}

fn cookie(page: &Answer) -> String {
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn answer(peyk: &Peyk, query: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    let request = staying().post(format!("{}/oauth2/auth?{query}", peyk.url));
    send(request.header("cookie", cookie).form(fields)).await
}

#[tokio::test]
async fn the_page_says_in_plain_words_what_is_asked_for_and_about_what() {
    let peyk = Peyk::start().await;
    let query = asking(&scope());
    for (language, html, words) in [
        (
            "en",
            "<html lang=\"en\" dir=\"ltr\">",
            [
                "Read one of your conversations",
                "About <bdi>دوچرخه</bdi>, between <bdi>Иван</bdi> and <bdi>سارا</bdi>",
                "Approve",
            ],
        ),
        (
            "ru-RU,ru;q=0.9,en;q=0.8",
            "<html lang=\"ru\" dir=\"ltr\">",
            [
                "Читать один из ваших диалогов",
                "Объявление <bdi>دوچرخه</bdi>, диалог <bdi>Иван</bdi> — <bdi>سارا</bdi>",
                "Разрешить",
            ],
        ),
        (
            "fa",
            "<html lang=\"fa\" dir=\"rtl\">",
            [
                "خواندن یکی از گفتگوهای شما",
                "دربارهٔ <bdi>دوچرخه</bdi>، میان <bdi>Иван</bdi> و <bdi>سارا</bdi>",
                "اجازه می‌دهم",
            ],
        ),
    ] {
        let page = page(&peyk, &query, language).await;
        assert!(page.body.contains(html));
        for word in words {
            assert!(page.body.contains(word), "{word}: {}", page.body);
        }
        // Only Sara has a part in both, so nobody else can be chosen.
        assert!(page.body.contains("value=\"sara\" required checked"));
        assert!(!page.body.contains("value=\"ivan\""));
    }
    let chosen = page(&peyk, &format!("{query}&lang=ru"), "fa").await;
    assert!(chosen.body.contains("<html lang=\"ru\""));
    peyk.stop().await;
}

#[tokio::test]
async fn nothing_from_outside_becomes_part_of_the_page() {
    let mut world = world();
    world.apps[0].title = "<script>alert(1)</script>\"'&".into();
    world.people[0].name = "<img src=x>".into();
    let peyk = Peyk::with(world, peyk_server::Settings::default()).await;
    let query = format!("{}&x=\"><b>", asking(&format!("CHAT_CONVERSATION_READ.{BOT_CHAT}")));
    let page = page(&peyk, &query, "en").await;
    for tag in ["<script", "<img", "<b>", "onerror="] {
        assert!(!page.body.contains(tag), "{}", page.body);
    }
    assert!(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_approves_or_refuses_on_the_page() {
    let peyk = Peyk::start().await;
    let query = asking(&scope());
    let page = page(&peyk, &query, "en").await;
    let (cookie, csrf) = (cookie(&page), csrf(&page));
    let approve = [("csrf", csrf), ("person", "sara"), ("decision", "approve")];
    let approved = answer(&peyk, &query, &cookie, &approve).await;
    assert_eq!(approved.status, 303);
    let code = location(&approved).strip_prefix(&format!("{REDIRECT}?state=xyz&code=")).unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("client_id", "echo"),
        ("client_secret", "echo-secret"),
    ];
    assert_eq!(form(&peyk, "/oauth2/token", &fields).await.0, 200);
    let refused = answer(&peyk, &query, &cookie, &[("csrf", csrf), ("decision", "refuse")]).await;
    let denied = format!("{REDIRECT}?state=xyz&error=access_denied&error_description=");
    assert!(location(&refused).starts_with(&denied), "{refused:?}");
    peyk.stop().await;
}

#[tokio::test]
async fn only_an_answer_from_a_page_we_showed_to_this_browser_counts() {
    let peyk = Peyk::start().await;
    let query = asking("USER_ID");
    let page = page(&peyk, &query, "en").await;
    let (cookie, csrf) = (cookie(&page), csrf(&page).to_owned());
    let approve = |csrf: &str| {
        [("csrf", csrf.to_owned()), ("person", "sara".into()), ("decision", "approve".into())]
    };
    let try_with = async |query: &str, cookie: &str, csrf: &str| {
        let fields = approve(csrf);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        answer(&peyk, query, cookie, &fields).await.status
    };
    let other_browser = format!("peyk_consent={}", "a".repeat(43));
    assert_eq!(try_with(&query, "", &csrf).await, 403);
    assert_eq!(try_with(&query, &other_browser, &csrf).await, 403);
    assert_eq!(try_with(&query, &cookie, "").await, 403);
    assert_eq!(try_with(&query, &cookie, "forged").await, 403);
    assert_eq!(try_with(&asking("USER_PHONE"), &cookie, &csrf).await, 403);
    assert_eq!(try_with(&query, &cookie, &csrf).await, 303);
    peyk.clock().advance(Duration::from_secs(3600));
    assert_eq!(try_with(&query, &cookie, &csrf).await, 403);
    peyk.stop().await;
}

#[tokio::test]
async fn the_page_cannot_be_framed_scripted_kept_or_traced() {
    let peyk = Peyk::start().await;
    let shown = page(&peyk, &asking("USER_ID"), "en").await;
    let trouble = visit(&peyk, "client_id=nobody").await;
    for answer in [&shown, &trouble] {
        let header = |name: &str| answer.headers[name].to_str().unwrap();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
        assert!(!answer.body.contains("<script") && !answer.body.contains("style="));
    }
    let policy = shown.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:3000;"), "{policy}");
    assert!(!shown.body.contains(SARA_TOKEN));
    let style = send(peyk.request("GET", "/oauth2/style.css")).await;
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    peyk.stop().await;
}
