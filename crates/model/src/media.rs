//! Files: what kinds there are and what each kind allows.

use crate::{MediaId, Refusal};

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The id inside the server.
    pub id: MediaId,
    /// What everybody needs to show it.
    pub file: File,
    /// The unguessable word in its address.
    pub link: String,
}

/// A file whose bytes are stored, whether or not anybody has been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is.
    pub kind: MediaKind,
    /// The name people see.
    pub name: String,
    /// The media type that its content shows, not what the sender claimed.
    pub mime: String,
    /// How many bytes.
    pub size_bytes: i64,
    /// Width and height of an image, in pixels.
    pub dimensions: Option<(u32, u32)>,
    /// The object that holds the bytes, named by their hash.
    pub object: String,
}

/// What a file is to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A document.
    File,
    /// Something said.
    Voice,
    /// A film.
    Video,
}

impl MediaKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Image, Self::File, Self::Voice, Self::Video];

    /// The word in upload addresses and in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::File => "file",
            Self::Voice => "voice",
            Self::Video => "video",
        }
    }

    /// The kind with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The largest file of this kind, in bytes (1 MB = 1024 * 1024 bytes).
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Image | Self::File => 5 * 1024 * 1024,
            Self::Voice => 3 * 512 * 1024,
            Self::Video => 50 * 1024 * 1024,
        }
    }

    /// The file name endings of this kind.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Image => &["png", "jpeg", "jpg"],
            Self::File => &["pdf", "doc", "docx", "xlsx", "xls", "pptx", "ppt"],
            Self::Voice => &["m4a", "3gp"],
            Self::Video => &["mp4"],
        }
    }

    /// Refuses a size beyond what this kind allows.
    pub fn check_size(self, size_bytes: usize) -> Result<(), Refusal> {
        if size_bytes > self.max_bytes() {
            return Err(Refusal::FileTooLarge { max_bytes: self.max_bytes(), size_bytes });
        }
        Ok(())
    }
}

/// The name without folders and control characters, at most `FILE_NAME_MAX_CHARS` long.
pub fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_bidi_control(*c))
        .take(crate::limits::FILE_NAME_MAX_CHARS)
        .collect();
    match kept.trim() {
        "" | "." | ".." => "file".to_owned(),
        name => name.to_owned(),
    }
}

/// Marks that turn text around, and so can make `exe.jpg` out of `gpj.exe`.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_loses_folders_and_tricks() {
        assert_eq!(safe_file_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_file_name("C:\\photos\\دوچرخه.jpg"), "دوچرخه.jpg");
        assert_eq!(safe_file_name("a\r\nb\u{202e}gpj.exe"), "abgpj.exe");
        assert_eq!(safe_file_name(".."), "file");
        assert_eq!(safe_file_name(""), "file");
    }

    #[test]
    fn the_largest_file_fits_and_one_byte_more_does_not() {
        for kind in MediaKind::ALL {
            assert!(kind.check_size(kind.max_bytes()).is_ok());
            assert!(kind.check_size(kind.max_bytes() + 1).is_err());
        }
    }
}
