//! How nouns are written into columns, and read back.

pub(crate) mod fault;
pub(crate) mod script;

use peyk_model::{
    Action, AppId, Author, Body, BusinessId, Button, ButtonGrid, Buttons, Contact, Hand, Location,
    Party, PersonId, PostToken, Scope, Text,
};
use serde::{Deserialize, Serialize};

use crate::Fault;

fn corrupt(what: &str, found: impl std::fmt::Display) -> Fault {
    Fault::Corrupt(format!("{what} `{found}`"))
}

/// Reads a closed word that this program once wrote.
pub(crate) fn word<T>(what: &str, word: &str, parsed: Option<T>) -> Result<T, Fault> {
    parsed.ok_or_else(|| corrupt(what, word))
}

/// Reads words that are separated by spaces.
pub(crate) fn words<T>(
    what: &str,
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Fault> {
    text.split_whitespace().map(|each| word(what, each, parse(each))).collect()
}

pub(crate) fn scopes(text: &str) -> Result<Vec<Scope>, Fault> {
    words("scope", text, Scope::parse)
}

/// Writes words so that [`words`] reads them.
pub(crate) fn join<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn party(party: Party) -> String {
    match party {
        Party::Person(id) => format!("person:{id}"),
        Party::App(id) => format!("app:{id}"),
        Party::Business(id) => format!("business:{id}"),
    }
}

pub(crate) fn read_party(text: &str) -> Result<Party, Fault> {
    let parsed = text.split_once(':').and_then(|(kind, id)| {
        let id = id.parse().ok()?;
        match kind {
            "person" => Some(Party::Person(PersonId(id))),
            "app" => Some(Party::App(AppId(id))),
            "business" => Some(Party::Business(BusinessId(id))),
            _ => None,
        }
    });
    word("party", text, parsed)
}

const AUTHORS: [(Author, &str); 6] = [
    (Author::Buyer(Hand::Human), "buyer"),
    (Author::Buyer(Hand::Bot), "buyer_bot"),
    (Author::Seller(Hand::Human), "seller"),
    (Author::Seller(Hand::Bot), "seller_bot"),
    (Author::Market, "market"),
    (Author::Support, "support"),
];

pub(crate) fn author(author: Author) -> &'static str {
    let found = AUTHORS.into_iter().find(|(each, _)| *each == author);
    found.map(|(_, word)| word).expect("the table lists every author")
}

pub(crate) fn read_author(text: &str) -> Result<Author, Fault> {
    let found = AUTHORS.into_iter().find(|(_, word)| *word == text);
    word("author", text, found.map(|(author, _)| author))
}

/// A list of texts as JSON.
pub(crate) fn list(items: &[String]) -> String {
    serde_json::to_string(items).expect("texts are always JSON")
}

pub(crate) fn read_list(text: &str) -> Result<Vec<String>, Fault> {
    serde_json::from_str(text).map_err(|error| corrupt("list", error))
}

#[derive(Serialize, Deserialize)]
struct LocationRow {
    latitude: f64,
    longitude: f64,
}

#[derive(Serialize, Deserialize)]
struct ContactRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    phone: String,
}

/// The `body`, `text` and `data` columns of a body.
pub(crate) fn body(body: &Body) -> (&'static str, Option<&str>, Option<String>) {
    match body {
        Body::Text(text) => ("text", Some(text.as_str()), None),
        Body::Media(_) => ("media", None, None),
        Body::Location(place) => {
            let row = LocationRow { latitude: place.latitude(), longitude: place.longitude() };
            ("location", None, Some(json(&row)))
        }
        Body::Contact(contact) => {
            let row = ContactRow { name: contact.name.clone(), phone: contact.phone.clone() };
            ("contact", None, Some(json(&row)))
        }
    }
}

/// A body that is no file, from the columns that [`body`] wrote.
pub(crate) fn read_body(kind: &str, text: Option<String>, data: &str) -> Result<Body, Fault> {
    let broken = |error: serde_json::Error| corrupt("message data", error);
    match kind {
        "text" => Ok(Body::Text(Text::stored(text.unwrap_or_default()))),
        "location" => {
            let row: LocationRow = serde_json::from_str(data).map_err(broken)?;
            let place = Location::new(row.latitude, row.longitude);
            Ok(Body::Location(place.map_err(|refusal| corrupt("place", refusal))?))
        }
        "contact" => {
            let row: ContactRow = serde_json::from_str(data).map_err(broken)?;
            Ok(Body::Contact(Contact { name: row.name, phone: row.phone }))
        }
        other => Err(corrupt("message body", other)),
    }
}

#[derive(Serialize, Deserialize)]
struct ButtonsRow {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    buyer: Vec<Vec<ButtonRow>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seller: Vec<Vec<ButtonRow>>,
}

#[derive(Serialize, Deserialize)]
struct ButtonRow {
    caption: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon_name: Option<String>,
    action: ActionRow,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ActionRow {
    OpenDirectLink(String),
    OpenServerLink(String),
    OpenLegacyServerLink(String),
    GetDynamicAction(String),
    OpenPostPage(String),
    OpenPostManagePage(String),
}

/// The `buttons` column: none where nobody has any.
pub(crate) fn buttons(buttons: &Buttons) -> Option<String> {
    let row = ButtonsRow { buyer: grid(&buttons.buyer), seller: grid(&buttons.seller) };
    (!buttons.is_empty()).then(|| json(&row))
}

pub(crate) fn read_buttons(text: Option<&str>) -> Result<Buttons, Fault> {
    let Some(text) = text else { return Ok(Buttons::none()) };
    let row: ButtonsRow = serde_json::from_str(text).map_err(|error| corrupt("buttons", error))?;
    Ok(Buttons { buyer: read_grid(row.buyer), seller: read_grid(row.seller) })
}

fn grid(grid: &ButtonGrid) -> Vec<Vec<ButtonRow>> {
    let row = |row: &Vec<Button>| row.iter().map(button).collect();
    grid.rows().iter().map(row).collect()
}

fn button(button: &Button) -> ButtonRow {
    let action = match button.action.clone() {
        Action::OpenDirectLink(url) => ActionRow::OpenDirectLink(url),
        Action::OpenServerLink(data) => ActionRow::OpenServerLink(data),
        Action::OpenLegacyServerLink(data) => ActionRow::OpenLegacyServerLink(data),
        Action::GetDynamicAction(data) => ActionRow::GetDynamicAction(data),
        Action::OpenPostPage(token) => ActionRow::OpenPostPage(token.0),
        Action::OpenPostManagePage(token) => ActionRow::OpenPostManagePage(token.0),
    };
    let Button { caption, icon, icon_name, .. } = button.clone();
    ButtonRow { caption, icon, icon_name, action }
}

fn read_grid(rows: Vec<Vec<ButtonRow>>) -> ButtonGrid {
    let row = |row: Vec<ButtonRow>| row.into_iter().map(read_button).collect();
    ButtonGrid::stored(rows.into_iter().map(row).collect())
}

fn read_button(row: ButtonRow) -> Button {
    let action = match row.action {
        ActionRow::OpenDirectLink(url) => Action::OpenDirectLink(url),
        ActionRow::OpenServerLink(data) => Action::OpenServerLink(data),
        ActionRow::OpenLegacyServerLink(data) => Action::OpenLegacyServerLink(data),
        ActionRow::GetDynamicAction(data) => Action::GetDynamicAction(data),
        ActionRow::OpenPostPage(token) => Action::OpenPostPage(PostToken(token)),
        ActionRow::OpenPostManagePage(token) => Action::OpenPostManagePage(PostToken(token)),
    };
    Button { caption: row.caption, icon: row.icon, icon_name: row.icon_name, action }
}

fn json(row: &impl Serialize) -> String {
    serde_json::to_string(row).expect("rows of texts and numbers are always JSON")
}
