//! A browser without scripts: it keeps cookies, follows redirects and fills in forms.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::harness::{Answer, Peyk, send};

/// A browser that looks at one server.
pub struct Browser<'p> {
    peyk: &'p Peyk,
    /// Redirects are followed here, since cookies come with them.
    http: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
    language: &'static str,
}

impl<'p> Browser<'p> {
    pub fn new(peyk: &'p Peyk) -> Self {
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { peyk, http, cookies: Mutex::default(), language: "en" }
    }

    pub fn in_language(peyk: &'p Peyk, language: &'static str) -> Self {
        Self { language, ..Self::new(peyk) }
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let cookies = self.cookies.lock().unwrap();
        let cookies: Vec<_> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, format!("{}{path}", self.peyk.url));
        let request = request.header("accept-language", self.language);
        request.header("cookie", cookies.join("; "))
    }

    async fn keep(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = send(request).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// A page, at whatever address it ends up.
    pub async fn get(&self, path: &str) -> Answer {
        self.follow(self.keep(self.request("GET", path)).await).await
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    async fn follow(&self, answer: Answer) -> Answer {
        let mut answer = answer;
        while answer.status == 303 {
            let location = answer.headers["location"].to_str().unwrap().to_owned();
            answer = self.keep(self.request("GET", &location)).await;
        }
        answer
    }

    /// The word that forms of this browser carry.
    pub async fn csrf(&self) -> String {
        self.csrf_on("/console/sandbox").await
    }

    /// The word in the forms of a page.
    pub async fn csrf_on(&self, path: &str) -> String {
        let page = self.page(path).await;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }

    /// Fills in a form and goes where it leads.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        self.send_form(path, &fields).await
    }

    /// Fills in a form of one page, and goes where it leads.
    pub async fn submit_on(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf_on(page).await;
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        self.send_form(path, &fields).await
    }

    /// Sends a form with a file as it is.
    pub async fn send_file(&self, path: &str, form: reqwest::multipart::Form) -> Answer {
        let answer = self.keep(self.request("POST", path).multipart(form)).await;
        self.follow(answer).await
    }

    /// Sends fields as they are.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.keep(self.request("POST", path).form(fields)).await;
        self.follow(answer).await
    }
}

/// The words of a page without tags and marks of direction.
pub fn words(html: &str) -> String {
    let mut words = String::new();
    let mut is_tag = false;
    for character in html.chars() {
        match character {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                words.push(' ');
            }
            '\u{2068}' | '\u{2069}' => {}
            other if !is_tag => words.push(other),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
