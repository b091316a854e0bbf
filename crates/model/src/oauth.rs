//! Authorisation: what an app may ask of a person, and every way it is told no.

use crate::scope::BoundTo;
use crate::{App, Scope, ScopeName, Stage};

/// Most scopes that are asked for at once.
pub const SCOPES_MAX: usize = 50;
/// Longest name of a resource in a scope, in bytes.
pub const RESOURCE_MAX_BYTES: usize = 256;

/// A way to say no to an app that asks for consent or tokens.
///
/// The list is closed: the doors have a word of RFC 6749 for every one of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OauthRefusal {
    /// A parameter is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// There is no app with this slug.
    #[error("client_id is not the slug of an app")]
    ClientUnknown,
    /// The app has no secret, showed none, or showed a wrong one.
    #[error("client_id or client_secret is wrong")]
    ClientNotAuthenticated,
    /// The address to go back to is not one of the app's.
    #[error("redirect_uri must be exactly one of those registered for the app")]
    RedirectNotRegistered,
    /// The answer is asked for in a way there is not.
    #[error("response_type must be code")]
    ResponseTypeUnsupported,
    /// Tokens are asked for in a way there is not.
    #[error("grant_type must be authorization_code or refresh_token")]
    GrantTypeUnsupported,
    /// There is no such scope.
    #[error("scope {0} is unknown")]
    ScopeUnknown(String),
    /// Too many scopes at once.
    #[error("at most {SCOPES_MAX} scopes can be asked for at once")]
    TooManyScopes,
    /// A scope that holds for one thing does not name it.
    #[error("scope {0} must name its resource, as in {0}.ID")]
    ResourceMissing(&'static str),
    /// A scope that holds for everything names one thing.
    #[error("scope {0} takes no resource")]
    ResourceUnexpected(&'static str),
    /// The resource cannot be the name of anything.
    #[error("scope {0} names a malformed resource")]
    ResourceMalformed(&'static str),
    /// A production app asked for what it does not have.
    #[error("the app may not ask for scope {0}")]
    ScopeNotOfApp(String),
    /// The resource is not there, or the person has no part in it.
    #[error("the user has no part in what scope {0} names")]
    NotInvolved(String),
    /// A development app asked for something live.
    #[error("a development app may ask for development posts only: {0}")]
    StageMismatch(String),
    /// The challenge of PKCE is malformed.
    #[error("code_challenge must be 43 to 128 letters, digits, `-`, `.`, `_` or `~`")]
    ChallengeMalformed,
    /// The challenge is made in a way there is not.
    #[error("code_challenge_method must be S256 or plain")]
    ChallengeMethodUnsupported,
    /// The verifier is missing, wrong, or was never asked for.
    #[error("code_verifier does not belong to the code_challenge")]
    VerifierWrong,
    /// The person said no.
    #[error("the user refused")]
    RefusedByPerson,
    /// There is no such person.
    #[error("there is no such user")]
    PersonUnknown,
    /// The code is nobody's, another app's, or too old.
    #[error("code is invalid or expired")]
    CodeInvalid,
    /// The code came before.
    #[error("code was used before: all it gave is revoked")]
    CodeReused,
    /// The address differs from the one at which the code was given.
    #[error("redirect_uri differs from the one the code was sent to")]
    RedirectDiffers,
    /// The refresh token is nobody's, another app's, too old or revoked.
    #[error("refresh_token is invalid or expired")]
    RefreshInvalid,
    /// The token was given to another app.
    #[error("the token was given to another client")]
    TokenOfAnotherApp,
    /// The refresh token was replaced long ago.
    #[error("refresh_token was used before: all its tokens are revoked")]
    RefreshReused,
}

/// What a client must know to use a code (RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// How it is made.
    pub method: ChallengeMethod,
    /// The challenge itself.
    pub text: String,
}

crate::permission::words! {
    /// How a challenge is made of a verifier.
    ChallengeMethod {
        /// It is the verifier.
        Plain = "plain",
        /// It is the verifier's SHA-256 in base64url.
        Sha256 = "S256",
    }
}

impl Challenge {
    /// Reads the two parameters; a challenge without a method is plain.
    pub fn parse(
        challenge: Option<&str>,
        method: Option<&str>,
    ) -> Result<Option<Self>, OauthRefusal> {
        let Some(text) = challenge else {
            return match method {
                Some(_) => Err(OauthRefusal::Missing("code_challenge")),
                None => Ok(None),
            };
        };
        let method = ChallengeMethod::parse(method.unwrap_or(ChallengeMethod::Plain.word()));
        let method = method.ok_or(OauthRefusal::ChallengeMethodUnsupported)?;
        if !is_verifier(text) {
            return Err(OauthRefusal::ChallengeMalformed);
        }
        Ok(Some(Self { method, text: text.to_owned() }))
    }
}

/// Whether a text has the form of a verifier or a challenge.
pub fn is_verifier(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(fits)
}

impl App {
    /// The registered address that equals this one, byte for byte.
    ///
    /// No part is compared loosely: a longer path, another port, a user before the host, a
    /// fragment or another case are all other addresses.
    pub fn redirect_to(&self, address: &str) -> Result<String, OauthRefusal> {
        let found = self.redirect_uris.iter().find(|registered| *registered == address);
        let found = found.filter(|address| !address.contains('#'));
        found.cloned().ok_or(OauthRefusal::RedirectNotRegistered)
    }

    /// Where the person is sent when a request names no address: the only one there is
    /// (RFC 6749, 3.1.2.3).
    pub fn only_redirect(&self) -> Result<String, OauthRefusal> {
        match self.redirect_uris.as_slice() {
            [only] => self.redirect_to(only),
            _ => Err(OauthRefusal::Missing("redirect_uri")),
        }
    }

    /// Reads a `scope` parameter as far as it does not depend on who will answer.
    pub fn asked_scopes(&self, asked: &str) -> Result<Vec<Scope>, OauthRefusal> {
        let mut scopes = Vec::new();
        for word in asked.split_ascii_whitespace() {
            let unknown = || OauthRefusal::ScopeUnknown(word.to_owned());
            let scope = Scope::parse(word).ok_or_else(unknown)?;
            check_resource(&scope)?;
            if !self.may_ask_for(&scope) {
                return Err(OauthRefusal::ScopeNotOfApp(scope.to_string()));
            }
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
            if scopes.len() > SCOPES_MAX {
                return Err(OauthRefusal::TooManyScopes);
            }
        }
        Ok(scopes)
    }

    /// A development app holds every scope; a production app those it was given, by name, or for
    /// one resource only if it was given that one.
    fn may_ask_for(&self, scope: &Scope) -> bool {
        let given = |own: &Scope| {
            own.name == scope.name && (own.resource.is_none() || own.resource == scope.resource)
        };
        match self.stage {
            Stage::Development => true,
            Stage::Production => self.scopes.iter().any(given),
        }
    }
}

fn check_resource(scope: &Scope) -> Result<(), OauthRefusal> {
    let word = scope.name.word();
    match (scope.name.bound_to(), &scope.resource) {
        (BoundTo::Nothing, None) => Ok(()),
        (BoundTo::Nothing, Some(_)) => Err(OauthRefusal::ResourceUnexpected(word)),
        (_, None) => Err(OauthRefusal::ResourceMissing(word)),
        (_, Some(resource)) => {
            let fits = resource.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
            if resource.len() > RESOURCE_MAX_BYTES || !fits {
                return Err(OauthRefusal::ResourceMalformed(word));
            }
            Ok(())
        }
    }
}

/// Scopes as they stand in a token: divided by spaces.
pub fn scope_text(scopes: &[Scope]) -> String {
    scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ")
}

/// Whether a grant with these scopes comes with a refresh token.
pub fn is_offline(scopes: &[Scope]) -> bool {
    scopes.iter().any(|scope| scope.name == ScopeName::OfflineAccess)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppId, Permission};

    fn app(stage: Stage, scopes: &[&str]) -> App {
        App {
            id: AppId(1),
            slug: "echo".into(),
            title: "Echo".into(),
            redirect_uris: vec!["https://app.example/callback".into()],
            events_url: None,
            session_url: None,
            dynamic_action_url: None,
            stage,
            scopes: scopes.iter().map(|word| Scope::parse(word).unwrap()).collect(),
            permissions: Permission::ALL.to_vec(),
        }
    }

    #[test]
    fn no_trick_makes_another_address_the_registered_one() {
        let app = app(Stage::Development, &[]);
        assert!(app.redirect_to("https://app.example/callback").is_ok());
        for trick in [
            "https://app.example/callback/",
            "https://app.example/callback/../evil",
            "https://app.example/callbac",
            "https://app.example/callback?x=1",
            "https://app.example/callback#x",
            "https://app.example:443/callback",
            "https://app.example:8443/callback",
            "https://APP.example/callback",
            "HTTPS://app.example/callback",
            "https://app.example@evil.example/callback",
            "https://app.example.evil.example/callback",
            "https://evil.example/?https://app.example/callback",
            "http://app.example/callback",
            "//app.example/callback",
            "https://app.example/callback ",
            "https://app.example/%63allback",
            "",
        ] {
            assert_eq!(app.redirect_to(trick), Err(OauthRefusal::RedirectNotRegistered), "{trick}");
        }
    }

    #[test]
    fn both_forms_of_a_bound_scope_are_one_scope() {
        let app = app(Stage::Development, &[]);
        let asked = "CONVERSATION_SEND_MESSAGE.abc  CONVERSATION_SEND_MESSAGE__abc OFFLINE_ACCESS";
        let scopes = app.asked_scopes(asked).unwrap();
        assert_eq!(scope_text(&scopes), "CONVERSATION_SEND_MESSAGE.abc offline_access");
        assert!(is_offline(&scopes));
    }

    #[test]
    fn a_scope_names_a_resource_exactly_if_it_holds_for_one() {
        let app = app(Stage::Development, &[]);
        let refused = |asked: &str| app.asked_scopes(asked).unwrap_err();
        assert_eq!(refused("USER_PHONE.1"), OauthRefusal::ResourceUnexpected("USER_PHONE"));
        assert_eq!(refused("POST_EDIT"), OauthRefusal::ResourceMissing("POST_EDIT"));
        assert_eq!(refused("READ_MINDS"), OauthRefusal::ScopeUnknown("READ_MINDS".into()));
        assert_eq!(refused("POST_EDIT.a\"b"), OauthRefusal::ResourceMalformed("POST_EDIT"));
        assert_eq!(refused("POST_EDIT.سلام"), OauthRefusal::ResourceMalformed("POST_EDIT"));
        let many: Vec<_> = (0..=SCOPES_MAX).map(|each| format!("POST_EDIT.{each}")).collect();
        assert_eq!(refused(&many.join(" ")), OauthRefusal::TooManyScopes);
    }

    #[test]
    fn a_development_app_may_ask_for_every_scope() {
        let app = app(Stage::Development, &[]);
        for name in ScopeName::ALL {
            let asked = match name.bound_to() {
                BoundTo::Nothing => name.word().to_owned(),
                _ => format!("{}.x", name.word()),
            };
            assert_eq!(app.asked_scopes(&asked).map(|scopes| scopes.len()), Ok(1), "{asked}");
        }
    }

    #[test]
    fn a_production_app_may_ask_only_for_what_it_was_given() {
        let app = app(Stage::Production, &["POST_EDIT", "CONVERSATION_SEND_MESSAGE.a"]);
        assert!(app.asked_scopes("POST_EDIT.anything CONVERSATION_SEND_MESSAGE.a").is_ok());
        for asked in ["CONVERSATION_SEND_MESSAGE.b", "USER_PHONE", "offline_access"] {
            let refused = app.asked_scopes(asked);
            assert_eq!(refused, Err(OauthRefusal::ScopeNotOfApp(asked.into())));
        }
    }

    #[test]
    fn a_challenge_is_plain_unless_it_says_otherwise() {
        let text = "a".repeat(43);
        let parsed = |challenge, method| Challenge::parse(challenge, method);
        let plain = Challenge { method: ChallengeMethod::Plain, text: text.clone() };
        assert_eq!(parsed(Some(&text), None), Ok(Some(plain)));
        assert_eq!(parsed(None, None), Ok(None));
        assert_eq!(parsed(None, Some("S256")), Err(OauthRefusal::Missing("code_challenge")));
        assert_eq!(parsed(Some("short"), None), Err(OauthRefusal::ChallengeMalformed));
        let unsupported = Err(OauthRefusal::ChallengeMethodUnsupported);
        assert_eq!(parsed(Some(&text), Some("s256")), unsupported);
        let long = "a".repeat(129);
        assert_eq!(parsed(Some(&long), None), Err(OauthRefusal::ChallengeMalformed));
    }
}
