//! Which files are welcome, and what they are to people.

use peyk_model::{MediaKind, Refusal};

use super::Accept;
use super::isobmff::Tracks;
use super::sniff::{Content, Picture};

/// A file that may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Welcome {
    pub(super) kind: MediaKind,
    pub(super) mime: &'static str,
}

/// The ending of a file name in lower case; a name that says nothing has none.
pub(super) fn extension(name: &str) -> Option<String> {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && !ending.is_empty() => {
            Some(ending.to_lowercase())
        }
        _ => None,
    }
}

impl Accept {
    /// The largest file that can come in, whatever it is.
    pub(super) fn max_bytes(self) -> usize {
        match self {
            Self::Kind(kind) => kind.max_bytes(),
            Self::Anything { max_bytes } => max_bytes,
        }
    }

    /// Refuses a name that cannot belong to the kind, before any byte is read.
    pub(super) fn check_extension(self, extension: Option<&str>) -> Result<(), Refusal> {
        match (self, extension) {
            (Self::Kind(kind), Some(ending)) if !kind.extensions().contains(&ending) => {
                Err(Refusal::FileTypeNotAllowed { kind })
            }
            _ => Ok(()),
        }
    }

    /// What a file with this content and ending is, if it may come in.
    pub(super) fn judge(
        self,
        content: Content,
        extension: Option<&str>,
    ) -> Result<Welcome, Refusal> {
        match self {
            Self::Kind(kind)
                if fits(content, kind, extension) || is_said(content, kind, extension) =>
            {
                Ok(Welcome { kind, mime: mime_as(content, kind, extension) })
            }
            Self::Kind(kind) => Err(Refusal::FileTypeNotAllowed { kind }),
            Self::Anything { .. } => {
                let kind = kind_of(content, extension);
                Ok(Welcome { kind, mime: mime_as(content, kind, extension) })
            }
        }
    }
}

/// Whether a file that shows nothing is what its name says.
///
/// The vendor publishes endings alone, and documents and recordings come in more forms than are
/// known here. A picture has to be known: what cannot be cleaned may tell where it was taken.
fn is_said(content: Content, kind: MediaKind, extension: Option<&str>) -> bool {
    content == Content::Unknown && kind != MediaKind::Image && extension.is_some()
}

/// Whether a content is among what a kind allows.
fn fits(content: Content, kind: MediaKind, extension: Option<&str>) -> bool {
    match kind {
        MediaKind::Image => matches!(content, Content::Picture(Picture::Jpeg | Picture::Png)),
        MediaKind::File => matches!(
            content,
            Content::Pdf
                | Content::Docx
                | Content::Xlsx
                | Content::Pptx
                | Content::OfficeZip
                | Content::OfficeOle
        ),
        MediaKind::Voice => match content {
            Content::M4a => true,
            Content::ThreeGp(tracks) => tracks != Tracks::Picture,
            Content::Mp4(tracks) => is_recording(tracks, extension),
            _ => false,
        },
        MediaKind::Video => matches!(content, Content::Mp4(_)),
    }
}

/// What a file of any content is to people.
fn kind_of(content: Content, extension: Option<&str>) -> MediaKind {
    match content {
        Content::Picture(_) => MediaKind::Image,
        Content::M4a | Content::Ogg | Content::Mp3 => MediaKind::Voice,
        Content::Mp4(tracks) if extension == Some("m4a") && is_recording(tracks, extension) => {
            MediaKind::Voice
        }
        Content::Mp4(_) => MediaKind::Video,
        Content::ThreeGp(tracks) if tracks != Tracks::Picture => MediaKind::Voice,
        Content::ThreeGp(_)
        | Content::Pdf
        | Content::Docx
        | Content::Xlsx
        | Content::Pptx
        | Content::OfficeZip
        | Content::OfficeOle
        | Content::Other(_)
        | Content::Unknown => MediaKind::File,
    }
}

/// Whether a general MPEG-4 file is sound.
///
/// Phones record sound under the brands of films, with the tracks described at the very end, so
/// where no track is seen, the ending of the name decides between the two things it can be.
fn is_recording(tracks: Tracks, extension: Option<&str>) -> bool {
    match tracks {
        Tracks::Picture => false,
        Tracks::Sound => true,
        Tracks::Unseen => matches!(extension, Some("m4a" | "3gp")),
    }
}

/// The media type of a content in the role it has.
fn mime_as(content: Content, kind: MediaKind, extension: Option<&str>) -> &'static str {
    match (content, kind) {
        (Content::Mp4(_), MediaKind::Voice) => "audio/mp4",
        (Content::ThreeGp(_), MediaKind::Voice) => "audio/3gpp",
        (content, _) => content.mime(extension),
    }
}
