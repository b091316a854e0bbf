//! Accounts, sessions, signing in, and the log of acts.

use std::net::IpAddr;
use std::time::Duration;

use peyk_engine::access::{self, Attempt, Gate, SignedIn};
use peyk_engine::read_conversation::Paging;
use peyk_engine::{ActFilter, Engine, NewAct};
use peyk_model::access::{
    ACTS_KEPT, ActOutcome, ActRecord, SESSION_IDLE, SESSION_SEEN_EVERY, SESSIONS_MAX,
};
use peyk_model::{AccessRefusal, Account, AccountName, Act, Doer, Role};

use crate::harness::Market;

const PASSWORD: &str = "nine white horses";
const HERE: [u8; 4] = [198, 51, 100, 7];

async fn add(engine: &Engine, gate: &Gate, name: &str, role: Role) -> Account {
    let hash = gate.hash(engine, PASSWORD.into()).await.unwrap().unwrap();
    let name = AccountName::parse(name).unwrap();
    let added = engine.write(move |context| access::add_account(context, &name, role, &hash));
    added.await.unwrap().unwrap()
}

async fn try_from(
    engine: &Engine,
    gate: &Gate,
    name: &str,
    password: &str,
    address: [u8; 4],
) -> Result<SignedIn, AccessRefusal> {
    let attempt = Attempt {
        name: name.into(),
        password: password.into(),
        address: IpAddr::from(address),
        agent: "browser".into(),
    };
    gate.sign_in(engine, attempt).await.unwrap()
}

async fn is_in(engine: &Engine, word: &str) -> bool {
    let word = word.to_owned();
    engine.read(move |context| access::session(context, &word)).await.unwrap().is_some()
}

async fn acts(engine: &Engine, filter: ActFilter) -> Vec<ActRecord> {
    let paging = Paging { cursor: None, limit: 50 };
    let page = engine.read(move |context| access::acts(context, &filter, &paging));
    page.await.unwrap().items
}

#[tokio::test]
async fn a_password_opens_a_session_that_ends_by_idleness_and_by_the_password() {
    let market = Market::new(1).await;
    let (engine, gate) = (&market.engine, Gate::default());
    let sara = add(engine, &gate, "sara", Role::Operator).await;
    let first = try_from(engine, &gate, "Sara", PASSWORD, HERE).await.unwrap();
    assert_eq!((first.account.id, first.account.role), (sara.id, Role::Operator));
    assert!(is_in(engine, &first.word).await);
    assert!(!is_in(engine, "another word").await);

    engine.clock().advance(SESSION_IDLE - Duration::from_secs(1));
    assert!(is_in(engine, &first.word).await);
    let word = first.word.clone();
    let used = engine.write(move |context| {
        let (session, _) = access::session(context, &word)?.unwrap();
        assert!(session.is_seen_anew(context.now));
        access::note_seen(context, session.id)
    });
    used.await.unwrap();
    engine.clock().advance(SESSION_IDLE - SESSION_SEEN_EVERY);
    assert!(is_in(engine, &first.word).await, "use keeps it open");
    engine.clock().advance(SESSION_SEEN_EVERY);
    assert!(!is_in(engine, &first.word).await, "idleness ends it");

    let second = try_from(engine, &gate, "sara", PASSWORD, HERE).await.unwrap();
    let hash = gate.hash(engine, "nine black horses".into()).await.unwrap().unwrap();
    let changed =
        engine.write(move |context| access::change_password(context, sara.id, &hash, None));
    changed.await.unwrap().unwrap();
    assert!(!is_in(engine, &second.word).await, "another password ends all sessions");
    let old = try_from(engine, &gate, "sara", PASSWORD, HERE).await.err().unwrap();
    assert_eq!(old, AccessRefusal::SignInWrong);
    try_from(engine, &gate, "sara", "nine black horses", HERE).await.unwrap();
}

#[tokio::test]
async fn too_many_wrong_passwords_have_to_wait_and_the_clock_lets_them_go_on() {
    let market = Market::new(1).await;
    let (engine, gate) = (&market.engine, Gate::default());
    add(engine, &gate, "sara", Role::Admin).await;
    for _ in 0..5 {
        let wrong = try_from(engine, &gate, "sara", "wrong password", HERE).await.err();
        assert_eq!(wrong, Some(AccessRefusal::SignInWrong));
    }
    let elsewhere = [203, 0, 113, 9];
    let right = try_from(engine, &gate, "sara", PASSWORD, elsewhere).await.err();
    assert_eq!(right, Some(AccessRefusal::TooManyTries { seconds: 30 }));
    engine.clock().advance(Duration::from_secs(30));
    try_from(engine, &gate, "sara", PASSWORD, elsewhere).await.unwrap();
    try_from(engine, &gate, "sara", PASSWORD, HERE).await.unwrap();
}

#[tokio::test]
async fn an_address_that_tries_many_names_has_to_wait_for_all_of_them() {
    let market = Market::new(1).await;
    let (engine, gate) = (&market.engine, Gate::default());
    add(engine, &gate, "sara", Role::Admin).await;
    for number in 0..20 {
        let wrong = try_from(engine, &gate, &format!("guess{number}"), PASSWORD, HERE).await;
        assert_eq!(wrong.err(), Some(AccessRefusal::SignInWrong));
    }
    let right = try_from(engine, &gate, "sara", PASSWORD, HERE).await.err();
    assert_eq!(right, Some(AccessRefusal::TooManyTries { seconds: 30 }));
    try_from(engine, &gate, "sara", PASSWORD, [203, 0, 113, 9]).await.unwrap();
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let market = Market::new(1).await;
    let (engine, gate) = (&market.engine, Gate::default());
    let sara = add(engine, &gate, "sara", Role::Admin).await.id;
    let demoted = engine.write(move |context| access::change_role(context, sara, Role::ReadOnly));
    assert_eq!(demoted.await.unwrap(), Err(AccessRefusal::LastAdmin));
    let removed = engine.write(move |context| access::remove_account(context, sara));
    assert_eq!(removed.await.unwrap(), Err(AccessRefusal::LastAdmin));
    let olga = add(engine, &gate, "olga", Role::Admin).await.id;
    let word = try_from(engine, &gate, "sara", PASSWORD, HERE).await.unwrap().word;
    engine.write(move |context| access::remove_account(context, sara)).await.unwrap().unwrap();
    assert!(!is_in(engine, &word).await);
    let demoted = engine.write(move |context| access::change_role(context, olga, Role::Operator));
    assert_eq!(demoted.await.unwrap(), Err(AccessRefusal::LastAdmin));
    let again = AccountName::parse("OLGA").unwrap();
    let again =
        engine.write(move |context| access::add_account(context, &again, Role::Admin, "hash"));
    assert_eq!(again.await.unwrap(), Err(AccessRefusal::NameTaken));
}

#[tokio::test]
async fn one_ends_ones_own_sessions_and_an_admin_anybodys() {
    let market = Market::new(1).await;
    let (engine, gate) = (&market.engine, Gate::default());
    let admin = add(engine, &gate, "admin", Role::Admin).await;
    let (sara, olga) = (
        add(engine, &gate, "sara", Role::Operator).await,
        add(engine, &gate, "olga", Role::Operator).await,
    );
    let word = try_from(engine, &gate, "sara", PASSWORD, HERE).await.unwrap().word;
    let (own, all) = (sara.id, sara.clone());
    let session = engine.read(move |context| access::sessions(context, Some(own))).await.unwrap();
    let id = session[0].0.id;
    let end =
        |by: Account| engine.write(move |context| access::end_session(context, Some(&by), id));
    assert_eq!(end(olga).await.unwrap(), Err(AccessRefusal::NotAllowed));
    assert!(is_in(engine, &word).await);
    assert_eq!(end(all).await.unwrap(), Ok(()));
    assert!(!is_in(engine, &word).await);
    assert_eq!(end(admin).await.unwrap(), Err(AccessRefusal::SessionUnknown));
}

#[tokio::test]
async fn an_account_has_so_many_sessions_and_the_oldest_gives_way() {
    let market = Market::new(1).await;
    let (engine, gate) = (&market.engine, Gate::default());
    let sara = add(engine, &gate, "sara", Role::Operator).await.id;
    let mut words = Vec::new();
    for _ in 0..=SESSIONS_MAX {
        let begun = engine.write(move |context| access::begin_session(context, sara, "", ""));
        words.push(begun.await.unwrap());
    }
    assert!(!is_in(engine, &words[0]).await);
    assert!(is_in(engine, &words[1]).await);
}

#[tokio::test]
async fn acts_are_remembered_filtered_paged_and_forgotten_after_a_year() {
    let market = Market::new(1).await;
    let (engine, gate) = (&market.engine, Gate::default());
    let sara = add(engine, &gate, "sara", Role::Operator).await;
    try_from(engine, &gate, "sara", PASSWORD, HERE).await.unwrap();
    try_from(engine, &gate, "mallory", PASSWORD, HERE).await.err().unwrap();
    let doer = Doer::Account(sara.id, "sara".into());
    let act = NewAct {
        doer: doer.clone(),
        address: None,
        act: Act::Replay,
        target: "webhook 3".into(),
        outcome: ActOutcome::Begun,
    };
    let begun = engine.write(move |context| access::begin_act(context, &act)).await.unwrap();
    let settled =
        engine.write(move |context| access::settle_act(context, begun, ActOutcome::Done, None));
    settled.await.unwrap();

    let all = acts(engine, ActFilter::default()).await;
    let shown: Vec<_> = all.iter().map(|act| (act.doer.clone(), act.act, act.outcome)).collect();
    let expected = [
        (doer.clone(), Act::Replay, ActOutcome::Done),
        (Doer::Stranger("mallory".into()), Act::SignIn, ActOutcome::Refused),
        (doer, Act::SignIn, ActOutcome::Done),
    ];
    assert_eq!(shown, expected);
    assert_eq!(all[2].address.as_deref(), Some("198.51.100.7"));
    for (filter, expected) in [
        (ActFilter { name: Some("sara".into()), ..ActFilter::default() }, 2),
        (ActFilter { act: Some(Act::SignIn), ..ActFilter::default() }, 2),
        (ActFilter { outcome: Some(ActOutcome::Refused), ..ActFilter::default() }, 1),
    ] {
        assert_eq!(acts(engine, filter.clone()).await.len(), expected, "{filter:?}");
    }
    let paging = |cursor| Paging { cursor, limit: 2 };
    let page = |paging: Paging| {
        engine.read(move |context| access::acts(context, &ActFilter::default(), &paging))
    };
    let first = page(paging(None)).await.unwrap();
    let rest = page(paging(first.next)).await.unwrap();
    assert_eq!((first.items.as_slice(), rest.items.as_slice()), (&all[..2], &all[2..]));
    assert_eq!(rest.next, None);

    engine.clock().advance(ACTS_KEPT);
    assert!(engine.write(access::forget_access).await.unwrap());
    assert_eq!(acts(engine, ActFilter::default()).await, []);
}
