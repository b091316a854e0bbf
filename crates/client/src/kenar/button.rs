//! Buttons under a message; a grid has one to three rows of one to three buttons, and no other can be built.

use peyk_wire::JsonObject;
use peyk_wire::kenar::button as wire;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::PostToken;
use crate::{Error, Result};

/// Most rows of a grid, and most buttons of a row.
const SIDE_MAX: usize = 3;

/// One button: a caption and what pressing it does.
///
/// ```
/// use peyk_client::kenar::Button;
///
/// let map = Button::link("نقشه", "https://example.ir/map")?.icon("MAP");
/// let yes = Button::dynamic("بله", serde_json::json!({ "answer": "yes" }))?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Button(wire::Button);

impl Button {
    fn new(caption: impl Into<String>, action: wire::Action) -> Result<Self> {
        let caption = caption.into();
        if caption.trim().is_empty() {
            return Err(Error::invalid("a button needs a caption"));
        }
        let action = Some(action);
        Ok(Self(wire::Button { action, caption: Some(caption), icon: None, icon_name: None }))
    }

    /// Opens this address.
    ///
    /// ```
    /// # use peyk_client::kenar::Button;
    /// let map = Button::link("نقشه", "https://example.ir/map")?;
    /// assert!(Button::link("نقشه", "map").is_err());
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn link(caption: impl Into<String>, address: &str) -> Result<Self> {
        let parsed = Url::parse(address);
        parsed.map_err(|error| Error::invalid("a link needs a whole address").caused_by(error))?;
        let open_direct_link = Some(address.to_owned());
        Self::new(caption, wire::Action { open_direct_link, ..wire::Action::default() })
    }

    /// Asks the app's session URL for an address, with this data, and opens that.
    ///
    /// ```
    /// # use peyk_client::kenar::Button;
    /// let pay = Button::server_link("پرداخت", serde_json::json!({ "invoice": "7" }))?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn server_link(caption: impl Into<String>, data: impl Serialize) -> Result<Self> {
        let open_server_link = Some(action_data(&data)?);
        Self::new(caption, wire::Action { open_server_link, ..wire::Action::default() })
    }

    /// Asks the app's dynamic action URL what to do, with this data.
    ///
    /// ```
    /// # use peyk_client::kenar::Button;
    /// let yes = Button::dynamic("بله", serde_json::json!({ "answer": "yes" }))?;
    /// assert!(Button::dynamic("بله", "yes").is_err(), "the data is an object");
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn dynamic(caption: impl Into<String>, data: impl Serialize) -> Result<Self> {
        let get_dynamic_action = Some(action_data(&data)?);
        Self::new(caption, wire::Action { get_dynamic_action, ..wire::Action::default() })
    }

    /// Opens a post.
    ///
    /// ```
    /// # use peyk_client::kenar::Button;
    /// let post = Button::post("آگهی", &"gZd7omnS".into())?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn post(caption: impl Into<String>, post: &PostToken) -> Result<Self> {
        let open_post_page = Some(reference(post));
        Self::new(caption, wire::Action { open_post_page, ..wire::Action::default() })
    }

    /// Opens the owner's page of a post.
    ///
    /// ```
    /// # use peyk_client::kenar::Button;
    /// let post = Button::manage_post("مدیریت", &"gZd7omnS".into())?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn manage_post(caption: impl Into<String>, post: &PostToken) -> Result<Self> {
        let open_post_manage_page = Some(reference(post));
        Self::new(caption, wire::Action { open_post_manage_page, ..wire::Action::default() })
    }

    /// Puts an icon on it, by its published name, as `HOME`; unknown names are shown without one.
    ///
    /// ```
    /// # use peyk_client::kenar::Button;
    /// let home = Button::link("خانه", "https://example.ir")?.icon("HOME");
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn icon(mut self, name: impl Into<String>) -> Self {
        self.0.icon = Some(name.into());
        self
    }
}

fn reference(post: &PostToken) -> wire::PostReference {
    wire::PostReference { post_token: Some(post.0.clone()) }
}

fn action_data(data: &impl Serialize) -> Result<wire::ActionData> {
    let wrong = || Error::invalid("a button's data is a JSON object");
    let data = serde_json::to_value(data).map_err(|error| wrong().caused_by(error))?;
    let Value::Object(data) = data else { return Err(wrong()) };
    Ok(wire::ActionData { data: Some(JsonObject::from(&data)) })
}

/// One to three buttons side by side; made from an array of so many.
///
/// ```
/// use peyk_client::kenar::{Button, ButtonRow};
///
/// let button = |caption: &str| Button::link(caption, "https://example.ir");
/// let row = ButtonRow::from([button("a")?, button("b")?]);
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ButtonRow(Vec<Button>);

/// One to three rows; made from an array of so many rows or arrays.
///
/// ```
/// use peyk_client::kenar::{Button, ButtonGrid};
///
/// let grid = ButtonGrid::from([
///     [Button::link("آدرس", "https://example.ir")?.icon("MAP")],
///     [Button::dynamic("بله", serde_json::json!({ "answer": "yes" }))?],
/// ]);
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ButtonGrid(Vec<ButtonRow>);

macro_rules! from_arrays {
    ($($length:literal)+) => { $(
        impl From<[Button; $length]> for ButtonRow {
            fn from(buttons: [Button; $length]) -> Self {
                Self(buttons.into())
            }
        }

        impl<R: Into<ButtonRow>> From<[R; $length]> for ButtonGrid {
            fn from(rows: [R; $length]) -> Self {
                Self(rows.into_iter().map(Into::into).collect())
            }
        }
    )+ };
}

from_arrays!(1 2 3);

impl From<Button> for ButtonRow {
    fn from(button: Button) -> Self {
        Self(vec![button])
    }
}

impl TryFrom<Vec<Vec<Button>>> for ButtonGrid {
    type Error = Error;

    /// Rows that are only counted when the program runs; fails beyond three by three and for empty ones.
    fn try_from(rows: Vec<Vec<Button>>) -> Result<Self> {
        let fits = |length: usize| (1..=SIDE_MAX).contains(&length);
        if !fits(rows.len()) || !rows.iter().all(|row| fits(row.len())) {
            return Err(Error::invalid("a grid has one to three rows of one to three buttons"));
        }
        Ok(Self(rows.into_iter().map(ButtonRow).collect()))
    }
}

impl ButtonGrid {
    pub(super) fn to_wire(&self) -> wire::ButtonGrid {
        let row = |row: &ButtonRow| wire::ButtonRow {
            buttons: row.0.iter().map(|button| button.0.clone()).collect(),
        };
        wire::ButtonGrid { rows: self.0.iter().map(row).collect() }
    }
}
