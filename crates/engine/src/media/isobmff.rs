//! MPEG-4 and its relatives: films and sounds told apart by brands and tracks.

use super::sniff::Content;

/// What the tracks are, as far as the first bytes show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tracks {
    /// There is a moving picture.
    Picture,
    /// There is sound and no picture was seen.
    Sound,
    /// The tracks are described further back.
    Unseen,
}

/// Which family a brand belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brand {
    Mp4,
    M4a,
    ThreeGp,
    Other(&'static str),
    Unknown,
}

/// What a file with a `ftyp` box is.
///
/// The first brand decides. One that nobody knows leaves it to the others that the file claims to
/// be compatible with, because cameras have brands of their own.
pub(super) fn sniff(head: &[u8]) -> Content {
    let Some(major) = head.get(8..).and_then(|rest| rest.first_chunk()) else {
        return Content::Unknown;
    };
    let length = head.first_chunk().map_or(0, |length| u32::from_be_bytes(*length) as usize);
    let compatible = head.get(16..length.min(head.len())).unwrap_or_default();
    let brand = std::iter::once(major)
        .chain(compatible.as_chunks().0)
        .map(family)
        .find(|brand| *brand != Brand::Unknown);
    let tracks = tracks(head);
    match brand {
        Some(Brand::M4a) if tracks != Tracks::Picture => Content::M4a,
        Some(Brand::Mp4 | Brand::M4a) => Content::Mp4(tracks),
        Some(Brand::ThreeGp) => Content::ThreeGp(tracks),
        Some(Brand::Other(mime)) => Content::Other(mime),
        Some(Brand::Unknown) | None => Content::Unknown,
    }
}

fn family(brand: &[u8; 4]) -> Brand {
    match brand {
        b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " => Brand::M4a,
        b"isom" | b"mp41" | b"mp42" | b"mp71" | b"avc1" | b"iso2" | b"iso3" | b"iso4" | b"iso5"
        | b"iso6" | b"iso7" | b"iso8" | b"iso9" | b"dash" | b"MSNV" | b"mmp4" | b"M4V "
        | b"M4VH" | b"M4VP" | b"F4V " | b"f4v " => Brand::Mp4,
        [b'3', b'g', b'p' | b'g' | b'e' | b's' | b'r' | b'2', _] => Brand::ThreeGp,
        b"qt  " => Brand::Other("video/quicktime"),
        b"avif" | b"avis" => Brand::Other("image/avif"),
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => {
            Brand::Other("image/heif")
        }
        _ => Brand::Unknown,
    }
}

/// The tracks whose handlers can be seen.
fn tracks(head: &[u8]) -> Tracks {
    // The kind of a handler stands eight bytes behind the name of its box.
    let mut handlers = head
        .windows(16)
        .filter(|box_bytes| box_bytes.starts_with(b"hdlr"))
        .map(|box_bytes| &box_bytes[12..16]);
    let mut tracks = Tracks::Unseen;
    for handler in handlers.by_ref() {
        match handler {
            b"vide" => return Tracks::Picture,
            b"soun" => tracks = Tracks::Sound,
            _ => {}
        }
    }
    tracks
}
