//! Magic names of a sandbox, with what each does.

use peyk_engine::magic::{
    BLOCKED_ORDER, BLOCKER, BLOCKER_PHONE, FINISHED_ORDER, NO_ORDER, blocked_key, order,
};
use peyk_engine::read_conversation::Paging;
use peyk_engine::{Context, Error, Result, directory};
use peyk_model::{App, Business, ConversationKey, Noun, Refusal};

use crate::Site;
use crate::magic::{RECEIVERS, kenar_key, market_key};

/// Apps and businesses whose magic is written out.
const OWNERS_MAX: i64 = 10;

/// Names of one owner, or of nobody: each with the word for what it does.
pub struct Group {
    /// Whose they are.
    pub owner: Option<String>,
    /// The names, and what each does.
    pub names: Vec<(String, &'static str)>,
}

/// Whose magic there is; nothing in a World without.
pub type Known = (Vec<App>, Vec<Business>);

/// Whose magic there is; nothing in a World without.
pub fn found(context: &mut Context<'_, '_>) -> Result<Option<Known>> {
    match directory::person(context, BLOCKER) {
        Ok(_) => {}
        Err(Error::Refused(Refusal::NotFound { noun: Noun::Person, .. })) => return Ok(None),
        Err(error) => return Err(error),
    }
    let paging = Paging { cursor: None, limit: OWNERS_MAX };
    let apps = directory::apps(context, &paging)?.items;
    Ok(Some((apps, directory::businesses(context, &paging)?.items)))
}

/// The names, written out for those who have them.
pub fn groups(site: &Site, (apps, businesses): &Known) -> Vec<Group> {
    let blocker = (BLOCKER_PHONE.to_owned(), "blocker");
    let mut groups = vec![Group { owner: None, names: vec![blocker] }];
    for app in apps {
        let mut names = vec![(kenar_key(&app.slug), "over-limit-kenar")];
        let key = blocked_key(&app.slug).0;
        if key.len() <= ConversationKey::MAX_CHARS {
            names.insert(0, (key, "blocked-chat"));
        }
        groups.push(Group { owner: Some(app.title.clone()), names });
    }
    for business in businesses {
        let number = |digits| order(business.id, digits).to_string();
        let names = vec![
            (number(BLOCKED_ORDER), "blocked-order"),
            (number(FINISHED_ORDER), "finished-order"),
            (number(NO_ORDER), "no-order"),
            (market_key(business.id), "over-limit-market"),
        ];
        groups.push(Group { owner: Some(business.name.clone()), names });
    }
    let base = &site.settings.public_url;
    let receiver = |manner: &&'static str| (format!("{base}/magic/receiver/{manner}"), *manner);
    groups.push(Group { owner: None, names: RECEIVERS.iter().map(receiver).collect() });
    groups
}
