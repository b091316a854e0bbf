//! The frame: what is around every page.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use peyk_model::{ClockPosition, Locale};

use super::guard::{Trouble, plain_broken};
use super::icon::{Icon, icon};
use super::moment::{Form, Moment};
use super::texts::Texts;
use super::visit::{Theme, Visit};
use super::who::Who;
use super::{ROOT, assets};

/// A page's place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Being a person, and seeing the wire.
    Try,
    /// Every chat.
    Chats,
    /// What only a sandbox has: the clock, scripts, Worlds.
    Sandbox,
    /// Receivers, what waits, and every attempt.
    Deliveries,
    /// Programs that call, with their keys, limits and grants.
    Apps,
    /// Who may do what, and who did what.
    Access,
    /// None.
    None,
}

impl Section {
    /// What the navigation shows, in its order.
    const ALL: [Self; 6] =
        [Self::Try, Self::Chats, Self::Deliveries, Self::Apps, Self::Sandbox, Self::Access];

    /// Where it is.
    pub fn path(self) -> String {
        match self {
            Self::Try | Self::None => "/".to_owned(),
            Self::Chats => format!("{ROOT}/chats"),
            Self::Sandbox => format!("{ROOT}/sandbox"),
            Self::Deliveries => format!("{ROOT}/deliveries"),
            Self::Apps => format!("{ROOT}/apps"),
            Self::Access => format!("{ROOT}/access"),
        }
    }

    /// The text with its name.
    fn key(self) -> &'static str {
        match self {
            Self::Try | Self::None => "nav-try",
            Self::Chats => "nav-chats",
            Self::Sandbox => "nav-sandbox",
            Self::Deliveries => "nav-deliveries",
            Self::Apps => "nav-apps",
            Self::Access => "nav-access",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Try | Self::None => "try",
            Self::Chats => "chats",
            Self::Sandbox => "sandbox",
            Self::Deliveries => "deliveries",
            Self::Apps => "apps",
            Self::Access => "access",
        }
    }

    /// Whether it has something to show here.
    fn is_offered(self, visit: &Visit) -> bool {
        match self {
            Self::Try | Self::Sandbox => visit.is_sandbox,
            Self::Chats | Self::Deliveries | Self::Apps | Self::Access => true,
            Self::None => false,
        }
    }
}

/// A link in the navigation.
pub struct Link {
    /// Where it leads.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// Its picture.
    pub icon: Icon,
    /// Whether it leads to where one is.
    pub is_here: bool,
}

/// What is around a page. Templates reach the reader's texts and times through it.
pub struct Frame {
    /// Who looks.
    pub visit: Visit,
    /// The texts of the reader's language.
    pub t: Texts,
    /// What the page is called.
    pub title: String,
    /// Where the page hears that something happened, if it changes by itself.
    pub live: Option<String>,
    /// Whether the page fills the window and its parts scroll, or it scrolls as a whole.
    pub is_workbench: bool,
    section: Section,
}

impl Frame {
    /// What is around a page with this title.
    pub fn new(visit: &Visit, section: Section, title: impl Into<String>) -> Self {
        let (visit, t, title) = (visit.clone(), visit.texts, title.into());
        Self { visit, t, title, live: None, is_workbench: false, section }
    }

    /// The page shows again what changed whenever something happens.
    pub fn live(mut self, address: impl Into<String>) -> Self {
        self.live = Some(address.into());
        self
    }

    /// The page fills the window.
    pub fn workbench(mut self) -> Self {
        self.is_workbench = true;
        self
    }

    /// The navigation.
    pub fn links(&self) -> Vec<Link> {
        let offered = Section::ALL.into_iter().filter(|section| section.is_offered(&self.visit));
        let link = |section: Section| Link {
            path: section.path(),
            name: self.t.say(section.key()).into_owned(),
            icon: icon(section.icon()),
            is_here: section == self.section,
        };
        offered.map(link).collect()
    }

    /// The languages with what they call themselves, and where the page is in them.
    pub fn languages(&self) -> Vec<(Locale, &'static str, String)> {
        let language = |locale: Locale| {
            let name = match locale {
                Locale::Persian => "فارسی",
                Locale::Russian => "Русский",
                Locale::English => "English",
            };
            (locale, name, self.visit.address_with("lang", locale.code()))
        };
        Locale::ALL.map(language).to_vec()
    }

    /// Light and dark, and where the page is so.
    pub fn themes(&self) -> Vec<(Theme, String, String)> {
        let theme = |theme: Theme| {
            let name = self.t.of("theme", theme.word()).into_owned();
            (theme, name, self.visit.address_with("theme", theme.word()))
        };
        Theme::ALL.map(theme).to_vec()
    }

    /// The server's time.
    pub fn clock(&self) -> Moment {
        self.visit.moment(self.visit.now, Form::Exact)
    }

    /// How the server's clock goes: `standing`, `moved` or `machine`.
    pub fn clock_state(&self) -> &'static str {
        match self.visit.clock {
            ClockPosition::Standing(_) => "standing",
            ClockPosition::MACHINE => "machine",
            ClockPosition::Running { .. } => "moved",
        }
    }

    /// Whether the page has the navigation; a page for those who are not let in has none.
    pub fn has_navigation(&self) -> bool {
        !matches!(self.visit.who, Who::Nobody)
    }

    /// The name under which the reader is signed in.
    pub fn signed_in(&self) -> Option<&str> {
        self.visit.who.account().map(|account| account.name.as_str())
    }

    /// Where an asset is.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// A picture.
    pub fn icon(&self, name: &str) -> Icon {
        icon(name)
    }

    /// The font of the script in which the page is mostly written.
    pub fn font(&self) -> String {
        assets::url(match self.t.0 {
            Locale::Persian => "rubik-arabic.woff2",
            Locale::Russian => "rubik-cyrillic.woff2",
            Locale::English => "rubik-latin.woff2",
        })
    }
}

/// A page as an answer.
pub fn show(page: &impl Template) -> Result<Response, Trouble> {
    Ok(match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the console cannot be written");
            plain_broken()
        }
    })
}
