//! Notices: what happened to a form, shown once on the page to which it led.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Most notices that wait for their page.
const WAITING_MAX: usize = 1000;

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Done,
    /// It was not done, and this is why.
    Refused,
    /// Something to read.
    Told,
}

impl Tone {
    /// The word in the sheet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Told => "told",
        }
    }
}

/// What happened to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// The words.
    pub text: String,
    /// Words of others, such as what an app said to whoever pressed its button.
    pub quote: Option<String>,
    /// An address that is offered.
    pub link: Option<String>,
}

impl Notice {
    /// A notice of words alone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), quote: None, link: None }
    }
}

/// The notices that wait for their page.
#[derive(Debug, Default)]
pub struct Notices(Mutex<VecDeque<(String, Notice)>>);

impl Notices {
    /// Keeps a notice for this browser; an older one is forgotten.
    pub fn put(&self, session: &str, notice: Notice) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(each, _)| each != session);
        waiting.push_back((session.to_owned(), notice));
        if waiting.len() > WAITING_MAX {
            waiting.pop_front();
        }
    }

    /// The notice for this browser, which is not told again.
    pub fn take(&self, session: &str) -> Option<Notice> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = waiting.iter().position(|(each, _)| each == session)?;
        waiting.remove(index).map(|(_, notice)| notice)
    }
}
