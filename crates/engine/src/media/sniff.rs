//! What a file is, told by its first bytes and never by its sender.

use super::isobmff;
use super::isobmff::Tracks;
use super::png::SIGNATURE as PNG;

/// How much of a file is looked at, in bytes.
pub(super) const HEAD_BYTES: usize = 8 * 1024;

const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ZIP_ENTRY: &[u8] = b"PK\x03\x04";
/// Where the name of a ZIP entry stands.
const ZIP_NAME_AT: usize = 30;

/// The formats of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    Jpeg,
    Png,
    Gif,
    WebP,
}

/// What the first bytes of a file show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A picture that this server can clean.
    Picture(Picture),
    /// A general MPEG-4 file, which may hold a film or only sound.
    Mp4(Tracks),
    /// An MPEG-4 file that calls itself sound.
    M4a,
    /// A file of the kind that phones record.
    ThreeGp(Tracks),
    /// Sound in Ogg.
    Ogg,
    Mp3,
    Pdf,
    Docx,
    Xlsx,
    Pptx,
    /// An Office document of which kind the first bytes do not show.
    OfficeZip,
    /// An Office document of the years before 2007, or one under a password.
    OfficeOle,
    /// Something that is never allowed as a kind, but has a media type.
    Other(&'static str),
    /// Nothing known; it may be text.
    Unknown,
}

impl Content {
    /// What the first bytes of a file show.
    pub(super) fn sniff(head: &[u8]) -> Self {
        let begins = |prefix: &[u8]| head.starts_with(prefix);
        if begins(&[0xff, 0xd8, 0xff]) {
            Self::Picture(Picture::Jpeg)
        } else if begins(PNG) {
            Self::Picture(Picture::Png)
        } else if begins(b"GIF87a") || begins(b"GIF89a") {
            Self::Picture(Picture::Gif)
        } else if begins(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            Self::Picture(Picture::WebP)
        } else if head.get(4..8) == Some(b"ftyp") {
            isobmff::sniff(head)
        } else if begins(b"%PDF-") || begins(b"\xef\xbb\xbf%PDF-") {
            Self::Pdf
        } else if begins(OLE) {
            // Not asked of `infer`: it would parse the whole container from strangers.
            Self::OfficeOle
        } else if begins(ZIP_ENTRY) {
            zip(head).unwrap_or_else(|| other(head))
        } else if begins(b"OggS") {
            ogg(head)
        } else if begins(b"ID3") || matches!(head, [0xff, 0xfb | 0xfa | 0xf3 | 0xf2, ..]) {
            Self::Mp3
        } else {
            other(head)
        }
    }

    /// The media type, with the ending of the name where the content leaves a choice.
    pub(super) fn mime(self, extension: Option<&str>) -> &'static str {
        match self {
            Self::Picture(Picture::Jpeg) => "image/jpeg",
            Self::Picture(Picture::Png) => "image/png",
            Self::Picture(Picture::Gif) => "image/gif",
            Self::Picture(Picture::WebP) => "image/webp",
            Self::Mp4(_) => "video/mp4",
            Self::M4a => "audio/mp4",
            Self::ThreeGp(_) => "video/3gpp",
            Self::Ogg => "audio/ogg",
            Self::Mp3 => "audio/mpeg",
            Self::Pdf => "application/pdf",
            Self::Docx => DOCX,
            Self::Xlsx => XLSX,
            Self::Pptx => PPTX,
            Self::OfficeZip => match extension {
                Some("docx") => DOCX,
                Some("xlsx") => XLSX,
                Some("pptx") => PPTX,
                _ => "application/zip",
            },
            Self::OfficeOle => match extension {
                Some("doc") => "application/msword",
                Some("xls") => "application/vnd.ms-excel",
                Some("ppt") => "application/vnd.ms-powerpoint",
                _ => "application/x-ole-storage",
            },
            Self::Other(mime) => mime,
            Self::Unknown => "application/octet-stream",
        }
    }
}

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// What `infer` says, except of text: pages and scripts are shown as text or not at all.
fn other(head: &[u8]) -> Content {
    match infer::get(head) {
        Some(found) if !is_active(found.mime_type()) => Content::Other(found.mime_type()),
        _ => Content::Unknown,
    }
}

/// Whether a browser would run it.
fn is_active(mime: &str) -> bool {
    mime.starts_with("text/")
        || ["xml", "html", "javascript", "svg", "shockwave"].iter().any(|word| mime.contains(word))
}

/// The Office document in a ZIP, by the names of the entries that can be seen.
fn zip(head: &[u8]) -> Option<Content> {
    let mut is_office = false;
    for (at, _) in head.windows(4).enumerate().filter(|(_, word)| *word == ZIP_ENTRY) {
        let name = head.get(at + ZIP_NAME_AT..).unwrap_or_default();
        let begins = |prefix: &str| name.starts_with(prefix.as_bytes());
        match () {
            () if begins("word/") => return Some(Content::Docx),
            () if begins("xl/") => return Some(Content::Xlsx),
            () if begins("ppt/") => return Some(Content::Pptx),
            () => {
                is_office |=
                    begins("[Content_Types].xml") || begins("_rels/.rels") || begins("docProps/");
            }
        }
    }
    is_office.then_some(Content::OfficeZip)
}

/// Sound in Ogg, by the codec that its first page names.
fn ogg(head: &[u8]) -> Content {
    let segments = head.get(26).copied().map_or(0, usize::from);
    let page = head.get(27 + segments..).unwrap_or_default();
    let sounds: [&[u8]; 4] = [b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC"];
    if sounds.iter().any(|codec| page.starts_with(codec)) {
        Content::Ogg
    } else if page.starts_with(b"\x80theora") {
        Content::Other("video/ogg")
    } else {
        Content::Other("application/ogg")
    }
}
