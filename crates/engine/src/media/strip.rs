//! Pictures without what they tell about their makers, above all where they were taken.
//!
//! Pixels are never decoded and never encoded again: containers are walked and copied without
//! the parts that do not draw. Own code, because the crates for it either keep unknown parts or
//! index into what strangers send.

use super::exif::Orientation;
use super::sniff::Picture;
use super::{gif, jpeg, png, webp};

/// A picture that draws as before and says nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stripped {
    /// The whole file.
    pub(super) bytes: Vec<u8>,
    /// How it is turned, which is kept.
    pub(super) orientation: Option<Orientation>,
}

impl Stripped {
    /// Width and height as it is shown, if the header tells them.
    pub(super) fn dimensions(&self) -> Option<(u32, u32)> {
        let size = imagesize::blob_size(&self.bytes).ok()?;
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        let turned = self.orientation.is_some_and(Orientation::swaps_sides);
        Some(if turned { (height, width) } else { (width, height) })
    }
}

/// A picture without metadata, or nothing if it cannot be walked and may have some.
pub(super) fn strip(picture: Picture, input: Vec<u8>) -> Option<Stripped> {
    let stripped = match picture {
        Picture::Jpeg => jpeg::strip(&input),
        Picture::Png => png::strip(&input),
        Picture::WebP => webp::strip(&input),
        Picture::Gif => gif::strip(&input),
    };
    match stripped {
        Some(stripped) => Some(stripped),
        None if may_tell(&input) => None,
        None => Some(Stripped { bytes: input, orientation: None }),
    }
}

/// Whether anything here looks like the beginning of metadata.
fn may_tell(input: &[u8]) -> bool {
    input.windows(4).any(|word| {
        matches!(
            word,
            b"Exif"
                | b"EXIF"
                | b"eXIf"
                | b"II*\0"
                | b"MM\0*"
                | b"tEXt"
                | b"zTXt"
                | b"iTXt"
                | b"iptc"
                | b"Raw "
                | b"XMP "
                | b"xmpm"
                | b"xpac"
                | b"xap/"
                | b"ns.a"
                | b"8BIM"
                | b"Phot"
                | b"jumb"
                | b"ftyp"
        )
    })
}
