//! The query of the consent page: read once, and kept as it came.
//!
//! The page posts back to the very address it was shown at, so nothing of the app's request passes
//! through the form; and `state` goes back to the app byte for byte, however it was encoded.

use peyk_engine::oauth::authorize::Asked;

/// What came in the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The whole of it, as it came.
    pub raw: String,
    /// What the app asks for.
    pub asked: Asked,
    /// What goes back to the app, as it came.
    pub state: Option<String>,
    /// The language somebody chose.
    pub lang: Option<String>,
    /// Who approves without looking at a page.
    pub auto_approve: Option<String>,
    /// The proof of who the person is, where people cannot be chosen.
    pub sign_in: Option<String>,
}

impl Query {
    /// Reads a query; tells the name of what comes twice, which RFC 6749 forbids.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let mut query = Self { raw: raw.to_owned(), ..Self::default() };
        for pair in raw.split('&') {
            let Some((name, value)) = url::form_urlencoded::parse(pair.as_bytes()).next() else {
                continue;
            };
            let as_it_came = pair.split_once('=').map_or("", |(_, value)| value);
            let asked = &mut query.asked;
            let (field, value) = match name.as_ref() {
                "state" => (&mut query.state, as_it_came.to_owned()),
                "client_id" => (&mut asked.client_id, value.into_owned()),
                "redirect_uri" => (&mut asked.redirect_uri, value.into_owned()),
                "response_type" => (&mut asked.response_type, value.into_owned()),
                "scope" => (&mut asked.scope, value.into_owned()),
                "code_challenge" => (&mut asked.code_challenge, value.into_owned()),
                "code_challenge_method" => (&mut asked.code_challenge_method, value.into_owned()),
                "auto_approve" => (&mut query.auto_approve, value.into_owned()),
                "sign_in" => (&mut query.sign_in, value.into_owned()),
                // The links to other languages add this one at the end.
                "lang" => {
                    query.lang = Some(value.into_owned());
                    continue;
                }
                _ => continue,
            };
            if field.replace(value).is_some() {
                return Err(name.into_owned());
            }
        }
        Ok(query)
    }

    /// The same query for a reader of this language.
    pub fn in_language(&self, code: &str) -> String {
        let others =
            self.raw.split('&').filter(|pair| !pair.starts_with("lang=") && !pair.is_empty());
        let mut pairs: Vec<_> = others.collect();
        let lang = format!("lang={code}");
        pairs.push(&lang);
        pairs.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_blank_between_scopes_is_read() {
        for scope in ["A%20B.x", "A+B.x"] {
            let query = Query::parse(&format!("scope={scope}")).unwrap();
            assert_eq!(query.asked.scope.as_deref(), Some("A B.x"));
        }
    }

    #[test]
    fn state_is_kept_as_it_came() {
        for state in ["a%20b", "a+b", "%D8%B3", "%ff", "a=b", "%26code=stolen", "%0d%0aX:", "<b>"] {
            let query = Query::parse(&format!("client_id=x&state={state}&scope=A")).unwrap();
            assert_eq!(query.state.as_deref(), Some(state));
        }
    }

    #[test]
    fn nothing_comes_twice() {
        assert_eq!(Query::parse("scope=a&scope=b"), Err("scope".into()));
        assert_eq!(Query::parse("redirect_uri=a&redirect%5Furi=b"), Err("redirect_uri".into()));
        assert!(Query::parse("x=a&x=b&lang=fa&lang=ru").is_ok());
    }

    #[test]
    fn another_language_replaces_the_one_before() {
        let query = Query::parse("lang=fa&client_id=x").unwrap();
        assert_eq!(query.in_language("ru"), "client_id=x&lang=ru");
    }
}
