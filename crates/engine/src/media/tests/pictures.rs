//! Pictures draw as before and tell nothing.

use proptest::prelude::*;

use super::samples::*;
use super::*;
use crate::media::exif::Orientation;
use crate::media::png::chunk;
use crate::media::sniff::{Content, Picture};
use crate::media::strip::strip;

const IMAGE: Accept = Accept::Kind(MediaKind::Image);
const NOT_ALLOWED: Refusal = Refusal::FileTypeNotAllowed { kind: MediaKind::Image };

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// The minimal EXIF segment of a JPEG.
fn upright(orientation: u16) -> Vec<u8> {
    let tiff = Orientation::new(orientation).unwrap().tiff();
    segment(0xe1, &concat(&[b"Exif\0\0", &tiff]))
}

#[test]
fn a_jpeg_loses_its_place_and_keeps_its_orientation_and_colours() {
    let told = jpeg(&[
        jpeg_exif(6),
        segment(0xe1, &concat(&[b"http://ns.adobe.com/xap/1.0/\0", SECRET])),
        segment(0xe2, ICC),
        segment(0xe2, &concat(&[b"MPF\0", SECRET])),
        segment(0xed, &concat(&[b"Photoshop 3.0\x008BIM\x04\x04", SECRET])),
        segment(0xee, b"Adobe\0\x64\0\0\0\0\x01"),
        segment(0xeb, &concat(&[b"JP\0\0jumb", SECRET])),
        segment(0xfe, SECRET),
    ]);
    // Phones append films and other pictures.
    let told = concat(&[&told, b"\0\0\0\x18ftypmp42", SECRET]);
    let (file, stored) = received(IMAGE, "bicycle.JPG", &told).unwrap();
    let kept = [upright(6), segment(0xe2, ICC), segment(0xee, b"Adobe\0\x64\0\0\0\0\x01")];
    assert_eq!(stored, jpeg(&kept));
    assert!(!holds(&stored, SECRET));
    assert_eq!(file.dimensions, Some((30, 40)));
    assert_eq!((file.kind, file.mime.as_str()), (MediaKind::Image, "image/jpeg"));
    assert_eq!(file.name, "bicycle.JPG");
    assert_eq!(file.object, blake3::hash(&stored).to_hex().as_str());
}

#[test]
fn an_upright_jpeg_needs_no_exif() {
    for orientation in [0, 1, 9, 600] {
        let (file, stored) = received(IMAGE, "a.jpeg", &jpeg(&[jpeg_exif(orientation)])).unwrap();
        assert_eq!(stored, jpeg(&[]));
        assert_eq!(file.dimensions, Some((40, 30)));
    }
}

#[test]
fn a_jpeg_without_jfif_has_its_orientation_first() {
    let bare = |exif: &[u8]| concat(&[b"\xff\xd8", exif, &jpeg(&[])[20..]]);
    let (_, stored) = received(IMAGE, "a.jpg", &bare(&jpeg_exif(3))).unwrap();
    assert_eq!(stored, bare(&upright(3)));
}

#[test]
fn metadata_between_the_scans_of_a_jpeg_is_found() {
    let whole = jpeg(&[]);
    let scan = segment(0xda, b"\x01\x01\0\0\x3f\0");
    let more =
        |between: &[u8]| concat(&[&whole[..whole.len() - 2], between, &scan, PIXELS, b"\xff\xd9"]);
    let told = more(&concat(&[&segment(0xfe, SECRET), b"\xff\xff", &segment(0xe1, SECRET)[1..]]));
    assert_eq!(received(IMAGE, "a.jpg", &told).unwrap().1, more(b""));
}

#[test]
fn a_jpeg_that_breaks_off_amid_its_pixels_is_cleaned_and_elsewhere_refused() {
    let told = jpeg(&[jpeg_exif(6), segment(0xfe, SECRET)]);
    let pixels_at = told.len() - 2 - PIXELS.len();
    for end in 3..told.len() {
        let mut stored = match received(IMAGE, "a.jpg", &told[..end]) {
            Ok((_, stored)) => stored,
            Err(refusal) => {
                assert_eq!(refusal, NOT_ALLOWED);
                assert!(end < pixels_at, "{end}");
                continue;
            }
        };
        // Before the EXIF began there was nothing to refuse.
        assert!(end >= pixels_at || end < 30, "{end}");
        assert!(!holds(&stored, &SECRET[..4]), "{end}");
        if end >= pixels_at {
            stored.truncate(jpeg(&[upright(6)]).len());
            assert!(jpeg(&[upright(6)]).starts_with(&stored));
        }
    }
}

#[test]
fn a_png_loses_its_texts_and_keeps_its_orientation_and_colours() {
    let colours = chunk(*b"iCCP", b"colours\0\0zipped");
    let told = png(&[
        colours.clone(),
        chunk(*b"eXIf", &exif(8)),
        chunk(*b"tEXt", &concat(&[b"Comment\0", SECRET])),
        chunk(*b"zTXt", &concat(&[b"Raw profile type exif\0\0", SECRET])),
        chunk(*b"iTXt", &concat(&[b"XML:com.adobe.xmp\0\0\0\0\0", SECRET])),
        chunk(*b"tIME", b"\x07\xea\x0b\x15\0\0\0"),
        chunk(*b"caBX", SECRET),
    ]);
    let told = concat(&[&told, SECRET]);
    let (file, stored) = received(IMAGE, "bicycle.png", &told).unwrap();
    let kept = chunk(*b"eXIf", &Orientation::new(8).unwrap().tiff());
    assert_eq!(stored, png(&[kept, colours]));
    assert_eq!(file.dimensions, Some((2, 3)));
    assert_eq!(file.mime, "image/png");
}

#[test]
fn a_broken_png_is_stored_as_it_is_unless_it_may_tell_something() {
    let silent = png(&[]);
    let told = png(&[chunk(*b"tEXt", SECRET)]);
    for end in 8..silent.len() {
        assert_eq!(received(IMAGE, "a.png", &silent[..end]).unwrap().1, silent[..end]);
    }
    assert_eq!(received(IMAGE, "a.png", &told[..told.len() - 1]).err(), Some(NOT_ALLOWED));
    let odd = png(&[chunk(*b"XXXX", b"a chunk that nobody knows")]);
    assert_eq!(received(IMAGE, "a.png", &odd).unwrap().1, odd);
}

#[test]
fn a_webp_loses_its_metadata_and_keeps_its_orientation_and_frames() {
    let frame =
        |more: &[u8]| riff_chunk(b"ANMF", &concat(&[&[7; 16], &riff_chunk(b"VP8L", b"odd"), more]));
    let told = webp(&[
        vp8x(0x2e),
        riff_chunk(b"ICCP", b"colours"),
        riff_chunk(b"ANIM", &[0; 6]),
        frame(&riff_chunk(b"XMP ", SECRET)),
        riff_chunk(b"EXIF", &exif(5)),
        riff_chunk(b"XMP ", SECRET),
        riff_chunk(b"what", SECRET),
    ]);
    let (file, stored) = received(MARKET, "a.webp", &concat(&[&told, SECRET])).unwrap();
    let kept = webp(&[
        vp8x(0x2a),
        riff_chunk(b"ICCP", b"colours"),
        riff_chunk(b"ANIM", &[0; 6]),
        frame(b""),
        riff_chunk(b"EXIF", &Orientation::new(5).unwrap().tiff()),
    ]);
    assert_eq!(stored, kept);
    assert_eq!(file.dimensions, Some((200, 300)));
    assert_eq!((file.kind, file.mime.as_str()), (MediaKind::Image, "image/webp"));

    let upright = webp(&[vp8x(0x0c), riff_chunk(b"VP8 ", b"px"), riff_chunk(b"EXIF", &exif(1))]);
    let kept = webp(&[vp8x(0), riff_chunk(b"VP8 ", b"px")]);
    assert_eq!(received(MARKET, "a", &upright).unwrap().1, kept);

    let cut = &told[..told.len() - 30];
    assert_eq!(received(MARKET, "a.webp", cut).err(), Some(NOT_ALLOWED));
}

#[test]
fn a_gif_loses_its_comments_and_keeps_its_loops() {
    let loops: &[u8] = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let timing: &[u8] = b"!\xf9\x04\0\x0a\0\0\0";
    let comment = concat(&[b"!\xfe", &[SECRET.len() as u8], SECRET, b"\0"]);
    let xmp = concat(&[b"!\xff\x0bXMP DataXMP", &[SECRET.len() as u8], SECRET, b"\0"]);
    let told = concat(&[&gif(&[loops, &comment, timing, &xmp]), SECRET]);
    let (file, stored) = received(MARKET, "a.gif", &told).unwrap();
    assert_eq!(stored, gif(&[loops, timing]));
    assert_eq!(file.dimensions, Some((5, 4)));
    assert_eq!((file.kind, file.mime.as_str()), (MediaKind::Image, "image/gif"));
    // This dialect takes it, the other does not.
    assert_eq!(received(IMAGE, "a", &told).err(), Some(NOT_ALLOWED));
}

#[test]
fn equal_pictures_from_different_places_are_one_object() {
    let here = received(IMAGE, "a.jpg", &jpeg(&[jpeg_exif(1), segment(0xfe, b"here")])).unwrap();
    let there = received(IMAGE, "b.jpg", &jpeg(&[segment(0xfe, SECRET)])).unwrap();
    assert_eq!(here.0.object, there.0.object);
}

const PICTURES: [Picture; 4] = [Picture::Jpeg, Picture::Png, Picture::WebP, Picture::Gif];

fn whole_pictures() -> Vec<Vec<u8>> {
    vec![
        jpeg(&[jpeg_exif(6), segment(0xe2, ICC), segment(0xfe, SECRET)]),
        png(&[chunk(*b"eXIf", &exif(3)), chunk(*b"tEXt", SECRET)]),
        webp(&[vp8x(0x0c), riff_chunk(b"VP8L", b"odd"), riff_chunk(b"EXIF", &exif(7))]),
        gif(&[b"!\xfe\x02hi\0", b"!\xf9\x04\0\x0a\0\0\0"]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_comes_is_cleaned_or_refused_without_a_panic(
        picture in prop::sample::select(whole_pictures()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        tail in prop::collection::vec(any::<u8>(), 0..64),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = concat(&[&picture, &tail]);
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.truncate(cut.index(bytes.len() * 2));
        for format in PICTURES {
            if let Some(once) = strip(format, bytes.clone()) {
                once.dimensions();
                // What is clean stays as it is.
                prop_assert_eq!(strip(format, once.bytes.clone()), Some(once));
            }
        }
        Content::sniff(&bytes);
    }

    #[test]
    fn noise_is_never_a_panic(
        start in prop::sample::select(vec![
            &b""[..], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBPVP8X", b"GIF89a",
            b"\0\0\0\x20ftyp", b"PK\x03\x04", b"OggS", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ]),
        noise in prop::collection::vec(any::<u8>(), 0..512),
    ) {
        let bytes = concat(&[start, &noise]);
        Content::sniff(&bytes);
        for format in PICTURES {
            if let Some(stripped) = strip(format, bytes.clone()) {
                stripped.dimensions();
            }
        }
    }
}
