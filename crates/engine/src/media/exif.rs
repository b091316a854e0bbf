//! EXIF: the one fact in it that a picture needs, which way is up.

/// What opens EXIF data in a JPEG.
pub(super) const PREFIX: &[u8] = b"Exif\0\0";

const ORIENTATION_TAG: u16 = 0x0112;
const SHORT_TYPE: u16 = 3;
const ENTRY_BYTES: usize = 12;

/// How a picture is turned before it is shown, 2 to 8 as EXIF counts; upright has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Orientation {
    pub(super) fn new(value: u16) -> Option<Self> {
        u8::try_from(value).ok().filter(|value| (2..=8).contains(value)).map(Self)
    }

    /// Whether it shows the rows of pixels as columns.
    pub(super) fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// The orientation that these EXIF data name, with or without their prefix.
    pub(super) fn read(exif: &[u8]) -> Option<Self> {
        let tiff = exif.strip_prefix(PREFIX).unwrap_or(exif);
        let little = match tiff.first_chunk()? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let two = |at: usize| {
            let bytes = *tiff.get(at..)?.first_chunk()?;
            Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
        };
        let bytes = *tiff.get(4..)?.first_chunk()?;
        let first = if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        let first = usize::try_from(first).ok()?;
        for index in 0..usize::from(two(first)?) {
            let entry = first.checked_add(2 + index * ENTRY_BYTES)?;
            if two(entry)? == ORIENTATION_TAG {
                let is_short = two(entry.checked_add(2)?)? == SHORT_TYPE;
                return is_short.then_some(two(entry.checked_add(8)?)?).and_then(Self::new);
            }
        }
        None
    }

    /// EXIF data that say nothing but this, without a prefix.
    pub(super) fn tiff(self) -> [u8; 26] {
        let mut tiff = *b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0";
        tiff[18] = self.0;
        tiff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_orientation_survives_writing_and_reading() {
        for value in 0..=300 {
            let expected = (2..=8).contains(&value);
            assert_eq!(Orientation::new(value).is_some(), expected, "{value}");
            if let Some(orientation) = Orientation::new(value) {
                assert_eq!(Orientation::read(&orientation.tiff()), Some(orientation));
                let prefixed = [PREFIX, &orientation.tiff()].concat();
                assert_eq!(Orientation::read(&prefixed), Some(orientation));
                assert_eq!(orientation.swaps_sides(), value >= 5);
            }
        }
    }

    #[test]
    fn the_orientation_of_either_byte_order_is_found_behind_other_tags() {
        let big =
            b"MM\0*\0\0\0\x08\0\x02\x01\x0f\0\x02\0\0\0\x04abc\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
        assert_eq!(Orientation::read(big), Orientation::new(6));
        for end in 0..big.len() - 2 {
            assert_eq!(Orientation::read(&big[..end]), None, "{end}");
        }
        assert_eq!(Orientation::read(b"II*\0\xff\xff\xff\xff"), None);
    }
}
