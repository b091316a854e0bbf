//! Masks: no secret leaves the record, wherever in an exchange it stands.
//!
//! Secrets are known by the names of their fields, by the way they begin, and by being what the
//! exchange itself showed as credentials. Texts keep their form otherwise, byte for byte.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::exchange::Head;

/// What stands in place of a secret.
pub const MASK: &str = "•••";

/// Names of fields that hold secrets, in lower case without dashes and underscores.
const SECRET_NAMES: [&str; 24] = [
    "apikey",
    "xapikey",
    "authorization",
    "proxyauthorization",
    "xaccesstoken",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "uploadtoken",
    "oauthtoken",
    "admintoken",
    "clientsecret",
    "secret",
    "signingsecret",
    "previoussecret",
    "password",
    "identificationkey",
    "codeverifier",
    "signin",
    "webhooksignature",
    "cookie",
    "setcookie",
    "xpeyktoken",
    "adminkey",
];
/// Where a field called `code` holds what is turned into tokens. Elsewhere errors have codes.
const CODE_PATHS: [&str; 2] = ["/oauth", "/approve"];
/// Where a field called `token` holds a secret. Elsewhere posts have tokens.
const TOKEN_PATHS: [&str; 3] = ["/oauth", "/tokens/inspect", "/chat/upload"];
/// How secrets of Peyk and of the two vendors begin.
const SECRET_STARTS: [&str; 5] = ["ACMA:", "ory_at_", "ory_rt_", "ory_ac_", "whsec_"];
/// Shorter credentials are not looked for in other places: they would be found in every word.
const SHOWN_MIN_BYTES: usize = 6;
/// Headers that hold one secret and nothing else.
const SECRET_FIELDS: [&str; 6] = [
    "api-key",
    "x-api-key",
    "x-access-token",
    "authorization",
    "proxy-authorization",
    "webhook-signature",
];

/// What is to be masked in one exchange.
#[derive(Debug)]
pub struct Masks {
    /// What stands in place of a secret.
    mask: &'static str,
    /// Credentials that the exchange showed.
    shown: Vec<String>,
    /// Whether `code` is a secret.
    hides_code: bool,
    /// Whether `token` is one.
    hides_token: bool,
}

impl Default for Masks {
    fn default() -> Self {
        Self { mask: MASK, shown: Vec::new(), hides_code: false, hides_token: false }
    }
}

impl Masks {
    /// The masks of an exchange with this head.
    pub(super) fn of(head: &Head) -> Self {
        let mut shown = Vec::new();
        for (name, value) in &head.fields {
            if SECRET_FIELDS.contains(&name.as_str()) {
                shown.push(value.trim().to_owned());
                shown.extend(credential(value).map(str::to_owned));
                shown.extend(password(value));
            }
        }
        shown.retain(|secret| secret.len() >= SHOWN_MIN_BYTES);
        // The longest first: one may be the beginning of another.
        shown.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        let path = head.path();
        let is_at = |parts: &[&str]| parts.iter().any(|part| path.contains(part));
        let (hides_code, hides_token) = (is_at(&CODE_PATHS), is_at(&TOKEN_PATHS));
        Self { mask: MASK, shown, hides_code, hides_token }
    }

    /// The same with something else in place of secrets.
    pub(super) fn with(self, mask: &'static str) -> Self {
        Self { mask, ..self }
    }

    /// The address a request went to.
    pub fn target(&self, target: &str) -> String {
        self.text(target)
    }

    /// A header.
    pub fn field(&self, name: &str, value: &str) -> String {
        match name {
            "authorization" | "proxy-authorization" => self.authorization(value),
            "cookie" => self.cookies(value),
            "set-cookie" => self.set_cookie(value),
            _ if self.is_secret(name) => self.mask.to_owned(),
            _ => self.text(value),
        }
    }

    /// A body.
    pub fn body(&self, kind: &str, body: &str) -> String {
        if kind.starts_with("application/x-www-form-urlencoded") {
            return self.text(&self.pairs(body));
        }
        match body.trim_start().as_bytes().first() {
            Some(b'{' | b'[') => self.text(&self.json(body)),
            _ if kind.is_empty() && body.contains('=') => self.text(&self.pairs(body)),
            _ => self.text(body),
        }
    }

    /// A text of any kind: what was shown as a credential or looks like one.
    pub fn text(&self, text: &str) -> String {
        let mut masked = match text.contains(['?', '&']) {
            true => Cow::Owned(self.addresses(text)),
            false => Cow::Borrowed(text),
        };
        for secret in &self.shown {
            for form in [secret.clone(), encoded(secret)] {
                if masked.contains(&form) {
                    masked = masked.replace(&form, self.mask).into();
                }
            }
        }
        for start in SECRET_STARTS {
            for start in [start.to_owned(), encoded(start)] {
                if masked.contains(&start) {
                    masked = without(&masked, &start, self.mask).into();
                }
            }
        }
        masked.into_owned()
    }

    /// The scheme is no secret, and it is where mistakes are made.
    fn authorization(&self, value: &str) -> String {
        match value.split_once(' ') {
            Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                format!("{scheme} {}", self.mask)
            }
            _ => self.mask.to_owned(),
        }
    }

    fn cookies(&self, value: &str) -> String {
        let masked = value.split(';').map(|cookie| match cookie.split_once('=') {
            Some((name, _)) => format!("{name}={}", self.mask),
            None => self.mask.to_owned(),
        });
        masked.collect::<Vec<_>>().join(";")
    }

    fn set_cookie(&self, value: &str) -> String {
        match value.split_once(';') {
            Some((cookie, attributes)) => format!("{};{attributes}", self.cookies(cookie)),
            None => self.cookies(value),
        }
    }

    fn is_secret(&self, name: &str) -> bool {
        let plain = |c: &char| !matches!(c, '-' | '_' | '.');
        let name: String = name.chars().filter(plain).flat_map(char::to_lowercase).collect();
        SECRET_NAMES.contains(&name.as_str())
            || (self.hides_code && name == "code")
            || (self.hides_token && name == "token")
    }

    /// Masks secrets in the queries of all addresses in a text.
    fn addresses(&self, text: &str) -> String {
        // Codes that go back to an app are in the address of the app.
        let masks =
            Self { mask: self.mask, shown: Vec::new(), hides_code: true, hides_token: true };
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['?', '&']) {
            let (before, pair) = rest.split_at(at + 1);
            masked.push_str(before);
            rest = pair;
            let name_end = pair.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
            let Some((name, value)) = name_end.map(|end| pair.split_at(end)) else { continue };
            if value.starts_with('=') && masks.is_secret(name) {
                let end = value.find(|c: char| c.is_whitespace() || "&#\"'<>\\".contains(c));
                masked.push_str(&format!("{name}={}", self.mask));
                rest = end.map_or("", |end| &value[end..]);
            }
        }
        masked.push_str(rest);
        masked
    }

    fn pairs(&self, pairs: &str) -> String {
        let masked = pairs.split('&').map(|pair| {
            let Some((name, _)) = pair.split_once('=') else { return pair.to_owned() };
            let decoded = url::form_urlencoded::parse(name.as_bytes()).next();
            let is_secret = decoded.is_some_and(|(name, _)| self.is_secret(&name));
            if is_secret { format!("{name}={}", self.mask) } else { pair.to_owned() }
        });
        masked.collect::<Vec<_>>().join("&")
    }

    /// Masks values of secret names in JSON, whole or cut, without changing anything else.
    fn json(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        // Whether what stands next is the value of a secret name, and in how many lists.
        let (mut is_secret, mut lists) = (false, 0_usize);
        while let Some(next) = rest.find(['"', '[', ']', '{', '}', ',']) {
            let (before, found) = rest.split_at(next);
            push_value(&mut masked, before, is_secret.then_some(self.mask));
            match found.as_bytes()[0] {
                b'"' => {
                    let (string, after) = string_of(found);
                    rest = after;
                    if after.trim_start().starts_with(':') {
                        masked.push_str(string);
                        let name: String = serde_json::from_str(string).unwrap_or_default();
                        is_secret = self.is_secret(&name);
                        lists = 0;
                        continue;
                    }
                    if is_secret {
                        masked.push('"');
                        masked.push_str(self.mask);
                        masked.push('"');
                    } else {
                        masked.push_str(string);
                    }
                    continue;
                }
                b'[' if is_secret => lists += 1,
                b']' if is_secret => lists = lists.saturating_sub(1),
                b'{' | b'}' => is_secret = false,
                _ => {}
            }
            if lists == 0 && matches!(found.as_bytes()[0], b',' | b']') {
                is_secret = false;
            }
            masked.push_str(&found[..1]);
            rest = &found[1..];
        }
        push_value(&mut masked, rest, is_secret.then_some(self.mask));
        masked
    }
}

/// Adds what is no string: a number of a secret name is a secret too.
fn push_value(masked: &mut String, text: &str, mask: Option<&str>) {
    let value = text.trim_start_matches(|c: char| c == ':' || c.is_whitespace());
    let is_value = !value.trim().is_empty() && value.trim() != "null";
    match mask.filter(|_| is_value) {
        Some(mask) => {
            masked.push_str(&text[..text.len() - value.len()]);
            masked.push_str(mask);
        }
        None => masked.push_str(text),
    }
}

/// A JSON string with its quotes, and what comes after; a cut one goes to the end.
fn string_of(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return text.split_at(index + 1),
            _ => {}
        }
    }
    (text, "")
}

/// The secret in the value of a header.
pub(super) fn credential(value: &str) -> Option<&str> {
    let secret = match value.trim().split_once(' ') {
        Some((scheme, rest)) if !scheme.contains('=') => rest.trim(),
        _ => value.trim(),
    };
    let token = secret.split(',').find_map(|pair| pair.trim().strip_prefix("oauth_token="));
    let secret = token.map_or(secret, |token| token.trim_matches('"'));
    (!secret.is_empty()).then_some(secret)
}

/// The password in the value of a header.
fn password(value: &str) -> Option<String> {
    let (scheme, word) = value.split_once(' ')?;
    let pair = BASE64_STANDARD.decode(word.trim()).ok().filter(|_| scheme.len() == 5)?;
    let pair = String::from_utf8(pair).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

/// The text without what begins like this and goes on like a secret.
fn without(text: &str, start: &str, mask: &str) -> String {
    let mut pieces = text.split(start);
    let mut masked = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let belongs = |c: char| c.is_ascii_alphanumeric() || "-_.~:%+/=".contains(c);
        let end = piece.find(|c| !belongs(c)).unwrap_or(piece.len());
        if end == 0 {
            // The beginning alone gives nothing away, and says much in an error text.
            masked.push_str(start);
        } else {
            masked.push_str(mask);
        }
        masked.push_str(&piece[end..]);
    }
    masked
}

/// A text as it stands in a query.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masks(fields: &[(&str, &str)]) -> Masks {
        let fields = fields.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let head =
            Head { target: "/oauth2/token".into(), fields: fields.collect(), ..Head::default() };
        Masks::of(&head)
    }

    #[test]
    fn json_keeps_its_form_but_for_secrets() {
        for (given, expected) in [
            (r#"{"client_secret": "s", "b": 1}"#, r#"{"client_secret": "•••", "b": 1}"#),
            (r#"{"a":{"api_key" : 12345},"c":[1]}"#, r#"{"a":{"api_key" : •••},"c":[1]}"#),
            (r#"{"secret":["a","b"],"d":"e"}"#, r#"{"secret":["•••","•••"],"d":"e"}"#),
            (r#"{"client\u005fsecret":"a\"b"}"#, r#"{"client\u005fsecret":"•••"}"#),
            (r#"{"refresh_token":"cut in the mid"#, r#"{"refresh_token":"•••""#),
            (r#"{"code": "abc"}"#, r#"{"code": "•••"}"#),
            (r#"{"password":null,"x":[{"y":2}]}"#, r#"{"password":null,"x":[{"y":2}]}"#),
        ] {
            assert_eq!(masks(&[]).body("application/json", given), expected);
        }
        let elsewhere = r#"{"code":16,"message":"no","token":"gZd7omnS"}"#;
        assert_eq!(Masks::default().body("application/json", elsewhere), elsewhere);
    }

    #[test]
    fn what_was_shown_as_a_credential_is_masked_everywhere() {
        let masks = masks(&[("api-key", "echo key"), ("authorization", "Bearer y0_demo")]);
        assert_eq!(masks.text("the key is echo key, or echo+key"), "the key is •••, or •••");
        assert_eq!(masks.target("/v2/x?y=y0_demo"), "/v2/x?y=•••");
        assert_eq!(masks.body("text/plain", "y0_demo"), "•••");
    }

    #[test]
    fn headers_keep_what_is_no_secret() {
        let masks = masks(&[]);
        for (name, value, expected) in [
            ("authorization", "Bearer abc", "Bearer •••"),
            ("authorization", "raw-word", "•••"),
            ("cookie", "a=1; b=2", "a=•••; b=•••"),
            ("set-cookie", "a=1; Path=/", "a=•••; Path=/"),
            ("location", "http://x/cb?code=abc&state=s#f", "http://x/cb?code=•••&state=s#f"),
            ("x-api-key", "k", "•••"),
            ("content-type", "application/json", "application/json"),
        ] {
            assert_eq!(masks.field(name, value), expected, "{name}: {value}");
        }
    }

    #[test]
    fn addresses_in_texts_lose_the_secrets_in_their_queries() {
        let masks = Masks::default();
        let text = r#"{"url":"http://x/hook?a=1&access_token=s&b=2","c":"d?code=e#f and g&h"}"#;
        let expected =
            r#"{"url":"http://x/hook?a=1&access_token=•••&b=2","c":"d?code=•••#f and g&h"}"#;
        assert_eq!(masks.body("application/json", text), expected);
    }

    #[test]
    fn what_looks_like_a_secret_is_masked_in_any_text() {
        let masks = Masks::default();
        assert_eq!(masks.text("my token ory_at_abc.def, thanks"), "my token •••, thanks");
        assert_eq!(masks.text("a?k=ACMA%3Aaa%3Abb&l=1"), "a?k=•••&l=1");
        assert_eq!(masks.text("it must begin with ACMA: or so"), "it must begin with ACMA: or so");
    }
}
