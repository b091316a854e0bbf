//! Rotation under every order of events: nothing that comes from something revoked ever works.

use peyk_engine::oauth::introspect::revoke_token;
use peyk_engine::oauth::token::Tokens;
use peyk_engine::revoke_grant::revoke_grant_by_id;
use peyk_model::OauthRefusal;
use proptest::prelude::*;

use crate::harness::{Peyk, client};

#[derive(Debug, Clone)]
enum Step {
    Approve,
    Refresh(usize),
    Pass(u64),
    RevokeToken(usize),
    RevokeGrant(usize),
    ReuseCode(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Approve),
        6 => any::<prop::sample::Index>().prop_map(|at| Step::Refresh(at.index(1000))),
        3 => prop_oneof![Just(1), Just(60), Just(120), Just(3600), Just(86_400)].prop_map(Step::Pass),
        1 => any::<prop::sample::Index>().prop_map(|at| Step::RevokeToken(at.index(1000))),
        1 => any::<prop::sample::Index>().prop_map(|at| Step::RevokeGrant(at.index(1000))),
        1 => any::<prop::sample::Index>().prop_map(|at| Step::ReuseCode(at.index(1000))),
    ];
    prop::collection::vec(step, 1..25)
}

/// What a simple mind knows of a pair of tokens.
struct Pair {
    family: usize,
    tokens: Tokens,
    at: u64,
    retired_at: Option<u64>,
    access_revoked: bool,
}

#[derive(Default)]
struct Mind {
    now: u64,
    codes: Vec<String>,
    dead: Vec<bool>,
    pairs: Vec<Pair>,
}

impl Mind {
    fn lives(&self, pair: &Pair, life: u64) -> bool {
        !self.dead[pair.family]
            && self.now < pair.at + life
            && pair.retired_at.is_none_or(|end| self.now < end)
    }

    fn add(&mut self, family: usize, tokens: Tokens) {
        let at = self.now;
        self.pairs.push(Pair { family, tokens, at, retired_at: None, access_revoked: false });
    }
}

const MONTH: u64 = 30 * 24 * 3600;

async fn take(peyk: &Peyk, mind: &mut Mind, step: Step) {
    match step {
        Step::Approve => {
            let code = peyk.code("echo", "sara", "USER_ID offline_access").await;
            let tokens = peyk.exchange("echo", &code).await.unwrap();
            mind.codes.push(code);
            mind.dead.push(false);
            mind.add(mind.dead.len() - 1, tokens);
        }
        Step::Pass(seconds) => {
            peyk.pass(seconds);
            mind.now += seconds;
        }
        Step::Refresh(at) if !mind.pairs.is_empty() => refresh(peyk, mind, at).await,
        Step::RevokeToken(at) if !mind.pairs.is_empty() => {
            let at = at % mind.pairs.len();
            let pair = &mut mind.pairs[at];
            let refresh = at.is_multiple_of(2);
            let tokens = pair.tokens.clone();
            let token = if refresh { tokens.refresh_token.unwrap() } else { tokens.access_token };
            let revoked =
                peyk.run(move |context| revoke_token(context, &client("echo"), Some(&token)));
            revoked.await.unwrap();
            if refresh {
                let family = pair.family;
                mind.dead[family] = true;
            } else {
                pair.access_revoked = true;
            }
        }
        Step::RevokeGrant(at) if !mind.pairs.is_empty() => {
            let pair = &mind.pairs[at % mind.pairs.len()];
            let token = pair.tokens.refresh_token.clone().unwrap();
            peyk.run(move |context| {
                let hash = peyk_engine::keyring::hash_secret(&token);
                let grant = context.tx.token_by_secret(&hash)?.unwrap().grant;
                revoke_grant_by_id(context, grant)
            })
            .await;
            let family = pair.family;
            mind.dead[family] = true;
        }
        Step::ReuseCode(at) if !mind.codes.is_empty() => {
            let family = at % mind.codes.len();
            let answer = peyk.exchange("echo", &mind.codes[family]).await;
            assert_eq!(answer.err(), Some(OauthRefusal::CodeReused));
            mind.dead[family] = true;
        }
        Step::Refresh(_) | Step::RevokeToken(_) | Step::RevokeGrant(_) | Step::ReuseCode(_) => {}
    }
}

async fn refresh(peyk: &Peyk, mind: &mut Mind, at: usize) {
    let at = at % mind.pairs.len();
    let token = mind.pairs[at].tokens.refresh_token.clone().unwrap();
    let answer = peyk.refresh("echo", &token).await;
    let (family, now) = (mind.pairs[at].family, mind.now);
    if mind.dead[family] {
        assert_eq!(answer.err(), Some(OauthRefusal::RefreshInvalid));
    } else if mind.pairs[at].retired_at.is_some_and(|end| end <= now) {
        assert_eq!(answer.err(), Some(OauthRefusal::RefreshReused));
        mind.dead[family] = true;
    } else if mind.lives(&mind.pairs[at], MONTH) {
        mind.pairs[at].retired_at.get_or_insert(now + 120);
        mind.add(family, answer.unwrap_or_else(|refusal| panic!("{refusal}")));
    } else {
        assert_eq!(answer.err(), Some(OauthRefusal::RefreshInvalid));
    }
}

async fn check(peyk: &Peyk, mind: &Mind) {
    for pair in &mind.pairs {
        let expected = mind.lives(pair, 3600) && !pair.access_revoked;
        assert_eq!(peyk.works(&pair.tokens.access_token).await, expected);
    }
}

#[test]
fn no_order_of_events_leaves_a_live_descendant_of_something_revoked() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let peyk = runtime.block_on(Peyk::start());
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() };
    proptest!(config, |(steps in steps())| {
        runtime.block_on(async {
            let mut mind = Mind::default();
            for step in steps {
                take(&peyk, &mut mind, step).await;
                check(&peyk, &mind).await;
            }
        });
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_races_with_a_revocation_leaves_nothing_alive() {
    let peyk = std::sync::Arc::new(Peyk::start().await);
    for _ in 0..20 {
        let tokens = peyk.tokens("echo", "sara", "USER_ID offline_access").await;
        let token = tokens.refresh_token.unwrap();
        let racers = (0..8).map(|racer| {
            let (peyk, token) = (peyk.clone(), token.clone());
            tokio::spawn(async move {
                if racer == 4 {
                    let client = client("echo");
                    let revoked =
                        peyk.run(move |context| revoke_token(context, &client, Some(&token)));
                    revoked.await.unwrap();
                    None
                } else {
                    peyk.refresh("echo", &token).await.ok()
                }
            })
        });
        let racers: Vec<_> = racers.collect();
        let mut given = Vec::new();
        for racer in racers {
            given.extend(racer.await.unwrap());
        }
        for tokens in given {
            assert!(!peyk.works(&tokens.access_token).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_raced_for_leaves_nothing_alive() {
    let peyk = std::sync::Arc::new(Peyk::start().await);
    for _ in 0..20 {
        let code = peyk.code("echo", "sara", "USER_ID").await;
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let (peyk, code) = (peyk.clone(), code.clone());
                tokio::spawn(async move { peyk.exchange("echo", &code).await })
            })
            .collect();
        let mut winners = Vec::new();
        for racer in racers {
            winners.extend(racer.await.unwrap().ok());
        }
        assert_eq!(winners.len(), 1);
        assert!(!peyk.works(&winners[0].access_token).await);
    }
}
