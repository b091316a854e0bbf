//! Scripts: what a person of a sandbox does without being told.

use std::time::Duration;

use crate::{
    Body, Contact, ConversationId, Location, MediaKind, MessageId, PersonId, PostChange, Timestamp,
};

/// One thing a person does, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// The name, by which errors and the control API call it.
    pub name: String,
    /// What has to happen.
    pub trigger: Trigger,
    /// In how many of a hundred cases it is done.
    pub chance_percent: u8,
    /// Which cases those are.
    pub seed: i64,
    /// How often it is done in one conversation.
    pub limit: i64,
    /// What is done, one after the other.
    pub steps: Vec<Step>,
}

impl Script {
    /// Most steps of one script.
    pub const STEPS_MAX: usize = 50;
    /// How often a script is done in one conversation, if it does not say.
    pub const LIMIT_DEFAULT: i64 = 20;
    /// How often a script may be done in one conversation.
    pub const LIMIT_MAX: i64 = 1000;
    /// How often all scripts together are done in one conversation: two that answer each other
    /// come to an end.
    pub const CONVERSATION_LIMIT: i64 = 1000;
    /// Most scripts of one person.
    pub const PER_PERSON_MAX: usize = 100;
    /// Longest wait, in seconds.
    pub const WAIT_MAX_SECONDS: i64 = 366 * 24 * 3600;
}

/// What has to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// Somebody else writes.
    Message(Pattern),
    /// A conversation of the person is opened.
    Opened,
    /// What the person said is not answered for so long.
    Silence(Duration),
    /// So much time passes, again and again from the first event of a conversation.
    Time(Duration),
}

/// What a message has to be like; what is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pattern {
    /// Its text has these words in it, however they are capitalised.
    pub text: Option<String>,
    /// Its text matches this regular expression.
    pub regex: Option<String>,
    /// It is of this kind.
    pub kind: Option<BodyKind>,
    /// It has a button with these words in its caption.
    pub button: Option<String>,
}

crate::permission::words! {
    /// Of which kind a message is.
    BodyKind {
        /// Words.
        Text = "text",
        /// A picture.
        Image = "image",
        /// A document.
        File = "file",
        /// Something said.
        Voice = "voice",
        /// A film.
        Video = "video",
        /// A place.
        Location = "location",
        /// Somebody's number.
        Contact = "contact",
    }
}

impl BodyKind {
    /// The kind of a message with this body.
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Text(_) => Self::Text,
            Body::Location(_) => Self::Location,
            Body::Contact(_) => Self::Contact,
            Body::Media(media) => match media.file.kind {
                MediaKind::Image => Self::Image,
                MediaKind::File => Self::File,
                MediaKind::Voice => Self::Voice,
                MediaKind::Video => Self::Video,
            },
        }
    }
}

crate::permission::words! {
    /// A file that every person has at hand.
    Prop {
        /// A picture.
        Photo = "photo",
        /// A recording.
        Voice = "voice",
        /// A film.
        Video = "video",
        /// A document.
        File = "file",
    }
}

/// Where a file that a person sends comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Everybody has it.
    Prop(Prop),
    /// It is in the folder of the World file; its whole path.
    Path(String),
    /// It came with the World.
    Kept {
        /// The name under which it is sent.
        name: String,
        /// The object with its bytes.
        object: String,
    },
}

/// Which button of the last message that has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Counted from one along the rows.
    Number(i64),
    /// The first one with these words in its caption.
    Words(String),
}

/// One step of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// How long after the step before.
    pub after: Duration,
    /// What is done.
    pub act: Act,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Writes words, in which names in braces are filled in.
    Say(Line),
    /// Sends a file.
    Send(Source),
    /// Sends a place.
    Locate(Location),
    /// Sends somebody's number.
    Share(Contact),
    /// Blocks the other side.
    Block,
    /// No longer blocks the other side.
    Unblock,
    /// Presses a button.
    Click(Choice),
    /// Calls the marketplace to decide.
    Dispute,
    /// The marketplace decides.
    Decide,
    /// The marketplace closes what is no dispute, until somebody writes again.
    Close,
    /// The arbiter writes.
    MarketSays(Line),
    /// The support writes.
    SupportSays(Line),
    /// The post that the conversation is about changes.
    ChangePost(PostChange),
    /// Does nothing, so that no later script answers either.
    StaySilent,
}

/// Words of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The words, with names in braces.
    pub words: String,
    /// To how many characters they are repeated or cut.
    pub length: Option<usize>,
}

impl Line {
    /// The names in braces, or the words after which a brace is not closed.
    pub fn names(&self) -> Result<Vec<&str>, &str> {
        let (mut names, mut rest) = (Vec::new(), self.words.as_str());
        while let Some((_, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').ok_or(after)?;
            names.push(name);
            rest = behind;
        }
        Ok(names)
    }

    /// The words with every name filled in, no longer than a message may be.
    pub fn filled(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let (mut filled, mut rest) = (String::new(), self.words.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            filled.push_str(before);
            filled.push_str(&value(name).unwrap_or_default());
            rest = behind;
        }
        filled.push_str(rest);
        let length = self.length.unwrap_or(filled.chars().count());
        filled.chars().cycle().take(length.min(crate::limits::TEXT_MAX)).collect()
    }
}

impl Script {
    /// Whether the marketplace says something in one of its steps.
    pub fn speaks_for_marketplace(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.act, Act::MarketSays(_) | Act::SupportSays(_)))
    }
}

/// Something that a person is going to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Errand {
    /// The number by which it is remembered; errands that are due together go by it.
    pub id: i64,
    /// Whose it is.
    pub person: PersonId,
    /// Of which script.
    pub script: String,
    /// Where.
    pub conversation: ConversationId,
    /// When.
    pub due_at: Timestamp,
    /// What.
    pub task: Task,
}

/// What is done once its time has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// The person does this; all names are filled in.
    Act(Act),
    /// The person is pressing this button, whose app is being asked.
    Press(Press),
    /// The script is done if this message is still the last one.
    Silence {
        /// The number of the message.
        number: i64,
    },
    /// The script is done, and its next time is noted.
    Time {
        /// How often it was before.
        count: i64,
    },
}

/// A button that is being pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// A number that no other press has.
    pub id: i64,
    /// Below which message.
    pub message: MessageId,
    /// Which of the buttons that the person sees there, counted from one.
    pub button: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &str, length: Option<usize>) -> Line {
        Line { words: words.into(), length }
    }

    #[test]
    fn names_in_braces_are_found_and_filled_in() {
        let it = line("«{text}»? {name}, سلام {other}", None);
        assert_eq!(it.names(), Ok(vec!["text", "name", "other"]));
        let value = |name: &str| (name != "other").then(|| name.to_uppercase());
        assert_eq!(it.filled(value), "«TEXT»? NAME, سلام ");
        assert_eq!(line("{a} {b", None).names(), Err("b"));
    }

    #[test]
    fn what_is_filled_in_is_not_filled_in_again() {
        assert_eq!(line("{text}", None).filled(|_| Some("{text}".into())), "{text}");
    }

    #[test]
    fn words_are_repeated_or_cut_to_their_length_and_never_too_long() {
        assert_eq!(line("ab", Some(5)).filled(|_| None), "ababa");
        assert_eq!(line("abc", Some(2)).filled(|_| None), "ab");
        let long = line("{x}{x}", None).filled(|_| Some("🚲".repeat(4000)));
        assert_eq!(long.chars().count(), crate::limits::TEXT_MAX);
    }
}
