//! The consent page as HTML. Everything from outside is escaped here, and nowhere else.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use peyk_engine::oauth::authorize::{About, Asking, Wish};
use peyk_model::{Locale, Person, Stage, Subject};
use url::Url;

use super::query::Query;
use super::words::{Words, name, words};
use super::{error, style};

/// Who answers the page.
pub enum Answering {
    /// Whoever the reader says they are.
    Anyone,
    /// This person.
    SignedIn(Person),
}

/// What the page is made of.
pub struct Page<'a> {
    /// The language.
    pub locale: Locale,
    /// The app's request.
    pub query: &'a Query,
    /// Who asks.
    pub asking: &'a Asking,
    /// What they ask for.
    pub wish: &'a Wish,
    /// Who answers.
    pub answering: Answering,
    /// The word that shows that an answer came from this page.
    pub csrf: String,
}

/// A text that can stand between tags or in quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A name in whatever script, kept from turning the sentence around it.
fn isolated(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

/// Words with their gaps filled. No filling is looked at again, so it cannot fill another gap.
fn filled(words: &str, gaps: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (gap, after) = after.split_once('}').unwrap_or((after, ""));
        let filling = gaps.iter().find(|(name, _)| *name == gap);
        out.push_str(&filling.map(|(_, text)| isolated(text)).unwrap_or_default());
        rest = after;
    }
    out + rest
}

impl Page<'_> {
    /// The page, and the headers that keep others away from it.
    pub fn answer(&self) -> Response {
        let back = Url::parse(&self.asking.redirect_uri).ok();
        let target = back.as_ref().map(source).unwrap_or_default();
        guarded(StatusCode::OK, self.html(), &target)
    }

    fn html(&self) -> String {
        let words = words(self.locale);
        let app = self.asking.app.title.as_str();
        let app = [("app", app)];
        let address = [("address", self.asking.redirect_uri.as_str())];
        let mut body = format!("<h1>{}</h1>", filled(words.title, &app));
        if self.asking.app.stage == Stage::Development {
            body += &format!("<p class=\"care\">{}</p>", words.development);
        }
        body += &self.scopes(words, &app);
        body += &format!(
            "<form method=\"post\" action=\"?{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">",
            escaped(&self.query.raw),
            escaped(&self.csrf)
        );
        body += &self.people(words);
        body += &format!("<p class=\"soft\">{}</p>", filled(words.back, &address));
        body += "<div class=\"buttons\">";
        if self.can_be_approved() {
            body += &button("main", "approve", "", words.approve);
        }
        body += &button("", "refuse", " formnovalidate", words.refuse);
        body += "</div></form>";
        document(self.locale, Some(self.query), &filled_plain(words.title, app[0].1), &body)
    }

    fn scopes(&self, words: &Words, app: &[(&str, &str)]) -> String {
        if self.wish.scopes.is_empty() {
            return format!("<p>{}</p>", filled(words.nothing, app));
        }
        let items = self.wish.scopes.iter().map(|(scope, about)| {
            let about = about_text(words, about);
            format!(
                "<li><strong>{}</strong>{about}<code>{}</code></li>",
                (words.scope)(scope.name),
                escaped(&scope.to_string())
            )
        });
        format!("<h2>{}</h2><ul>{}</ul>", filled(words.may, app), items.collect::<String>())
    }

    fn can_be_approved(&self) -> bool {
        match &self.answering {
            Answering::Anyone => !self.wish.people.is_empty(),
            Answering::SignedIn(_) => true,
        }
    }

    fn people(&self, words: &Words) -> String {
        let people = match &self.answering {
            Answering::SignedIn(person) => {
                return format!("<p>{}</p>", filled(words.signed_in, &[("person", &person.name)]));
            }
            Answering::Anyone if self.wish.people.is_empty() => {
                return format!("<p class=\"care\">{}</p>", words.nobody);
            }
            Answering::Anyone => &self.wish.people,
        };
        let only = if people.len() == 1 { " checked" } else { "" };
        let choices = people.iter().map(|person| {
            format!(
                "<label><input type=\"radio\" name=\"person\" value=\"{}\" required{only}>\
                 <span>{} <span class=\"soft\" dir=\"ltr\">{}</span></span></label>",
                escaped(&person.handle),
                isolated(&person.name),
                escaped(&person.phone)
            )
        });
        format!(
            "<fieldset aria-describedby=\"sandbox\"><legend>{}</legend>\
             <p id=\"sandbox\" class=\"soft\">{}</p><div class=\"people\">{}</div></fieldset>",
            words.who,
            words.sandbox,
            choices.collect::<String>()
        )
    }
}

fn button(class: &str, decision: &str, more: &str, text: &str) -> String {
    format!(
        "<button class=\"{class}\" name=\"decision\" value=\"{decision}\"{more}>{text}</button>"
    )
}

fn about_text(words: &Words, about: &About) -> String {
    let text = match about {
        About::Nothing | About::Other => return String::new(),
        About::Conversation { conversation, title, buyer, seller } => {
            let gaps = [
                ("title", title.as_deref().unwrap_or_default()),
                ("buyer", buyer.as_str()),
                ("seller", seller.as_str()),
            ];
            match conversation.subject {
                Subject::Bot(_) => filled(words.bot, &gaps),
                Subject::Post(_) | Subject::Order(_) | Subject::Return(..) | Subject::Direct => {
                    filled(words.conversation, &gaps)
                }
            }
        }
        About::Post(post) => filled(words.post, &[("title", &post.title)]),
        About::PostAndPeople { post, peer, .. } => {
            filled(words.post_and_peer, &[("title", &post.title), ("peer", peer)])
        }
    };
    format!("<span>{text}</span>")
}

/// A title with the name of the app, without tags.
fn filled_plain(words: &str, app: &str) -> String {
    let (before, after) = words.split_once("{app}").unwrap_or((words, ""));
    format!("{before}{}{after}", escaped(app))
}

fn document(locale: Locale, query: Option<&Query>, title: &str, body: &str) -> String {
    let dir = match locale {
        Locale::Persian => "rtl",
        Locale::Russian | Locale::English => "ltr",
    };
    let languages = query.map(|query| languages(locale, query)).unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"{}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"{}\"></head>\
         <body>{languages}<main>{body}</main></body></html>",
        locale.code(),
        style::PATH
    )
}

fn languages(current: Locale, query: &Query) -> String {
    let links = Locale::ALL.map(|locale| {
        let (code, mark) =
            (locale.code(), if locale == current { " aria-current=\"true\"" } else { "" });
        let address = escaped(&query.in_language(code));
        format!(
            "<a href=\"?{address}\" lang=\"{code}\" hreflang=\"{code}\"{mark}>{}</a>",
            name(locale)
        )
    });
    format!("<nav aria-label=\"{}\">{}</nav>", words(current).languages, links.concat())
}

/// What to tell a person where there is nothing to decide.
pub enum Trouble<'a> {
    /// The app asked wrongly, and has no address at which it could be told.
    Refused(&'a peyk_model::OauthRefusal),
    /// The app asked for the same in two ways.
    Twice(&'a str),
    /// The answer did not come from a page we showed.
    TooOld,
    /// Nobody knows who the person is.
    NotSignedIn,
    /// The server is broken.
    Broken,
}

/// A page that says why there is nothing to decide.
pub fn trouble(locale: Locale, trouble: &Trouble<'_>) -> Response {
    let words = words(locale);
    let for_builder = |text: String| {
        format!(
            "<p>{}</p><p lang=\"en\" dir=\"ltr\" class=\"care\">{}</p>",
            words.for_builder,
            escaped(&text)
        )
    };
    let plain = |text: &str| format!("<p>{text}</p>");
    let (status, text) = match trouble {
        Trouble::Refused(refusal) => {
            (StatusCode::BAD_REQUEST, for_builder(error::description(refusal)))
        }
        Trouble::Twice(name) => {
            (StatusCode::BAD_REQUEST, for_builder(format!("{name} comes twice")))
        }
        Trouble::TooOld => (StatusCode::FORBIDDEN, plain(words.too_old)),
        Trouble::NotSignedIn => (StatusCode::FORBIDDEN, plain(words.sign_in)),
        Trouble::Broken => (StatusCode::INTERNAL_SERVER_ERROR, plain(words.broken)),
    };
    let body = format!("<h1>{}</h1>{text}", words.failed);
    guarded(status, document(locale, None, words.failed, &body), "")
}

/// Where the form may lead besides here, as a content policy writes it.
fn source(address: &Url) -> String {
    let origin = address.origin();
    // A policy has no words for a literal IPv6 address, and an app's own scheme has no host.
    if origin.is_tuple() && !address.host_str().is_some_and(|host| host.starts_with('[')) {
        origin.ascii_serialization()
    } else {
        format!("{}:", address.scheme())
    }
}

/// No script, no frame around it, no trace of its address elsewhere, and no copy of it anywhere.
fn guarded(status: StatusCode, html: String, form_target: &str) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {form_target}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    let mut response = error::private((status, Html(html)).into_response());
    let fixed: [(HeaderName, &'static str); 3] = [
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_a_gap_is_a_text_and_nothing_else() {
        let filled = filled("About {title}, to {peer}", &[("title", "{peer}<b>"), ("peer", "x")]);
        assert_eq!(filled, "About <bdi>{peer}&lt;b&gt;</bdi>, to <bdi>x</bdi>");
    }

    #[test]
    fn every_gap_in_every_language_is_one_the_page_fills() {
        let gaps = ["app", "title", "buyer", "seller", "peer", "person", "address"];
        for locale in Locale::ALL {
            let w = words(locale);
            for text in [
                w.title,
                w.may,
                w.nothing,
                w.development,
                w.conversation,
                w.bot,
                w.post,
                w.post_and_peer,
                w.who,
                w.sandbox,
                w.nobody,
                w.signed_in,
                w.back,
                w.too_old,
            ] {
                for part in text.split('{').skip(1) {
                    let gap = part.split('}').next().unwrap();
                    assert!(gaps.contains(&gap), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_form_may_lead_to_the_app_only() {
        let source = |address: &str| source(&Url::parse(address).unwrap());
        assert_eq!(source("https://app.example/callback"), "https://app.example");
        assert_eq!(source("http://127.0.0.1:3000/callback"), "http://127.0.0.1:3000");
        assert_eq!(source("com.example.app:/callback"), "com.example.app:");
        assert_eq!(source("http://[::1]:3000/callback"), "http:");
    }
}
