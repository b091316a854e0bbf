//! A file is what it contains, and a kind takes what it lists.

use super::samples::*;
use super::*;
use MediaKind::{File as Document, Image, Video, Voice};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

fn takes(kind: MediaKind, name: &str, bytes: &[u8], mime: &str) {
    let judged = judged(Accept::Kind(kind), name, bytes);
    assert_eq!(judged, Ok((kind, mime.to_owned())), "{name}");
}

fn refuses(kind: MediaKind, name: &str, bytes: &[u8]) {
    let judged = judged(Accept::Kind(kind), name, bytes);
    assert_eq!(judged, Err(Refusal::FileTypeNotAllowed { kind }), "{name}");
}

#[test]
fn every_ending_that_a_kind_lists_is_taken_in_any_case() {
    takes(Image, "a.PNG", &png(&[]), "image/png");
    takes(Image, "a.jpeg", &jpeg(&[]), "image/jpeg");
    takes(Document, "a.Pdf", &pdf(), "application/pdf");
    takes(Document, "a.doc", &ole(), "application/msword");
    takes(Document, "a.xls", &ole(), "application/vnd.ms-excel");
    takes(Document, "a.ppt", &ole(), "application/vnd.ms-powerpoint");
    takes(Document, "a.docx", &zip(&["[Content_Types].xml", "word/document.xml"]), DOCX);
    takes(Document, "a.xlsx", &zip(&["_rels/.rels", "xl/workbook.xml"]), XLSX);
    takes(Document, "a.pptx", &zip(&["ppt/presentation.xml"]), PPTX);
    takes(Document, "a.xlsx", &zip(&["[Content_Types].xml"]), XLSX);
    takes(Voice, "a.m4a", &mp4(&[b"M4A ", b"isom"], &[b"soun"]), "audio/mp4");
    takes(Voice, "a.3GP", &mp4(&[b"3gp4", b"isom"], &[]), "audio/3gpp");
    takes(Video, "a.mp4", &mp4(&[b"isom", b"avc1"], &[b"vide", b"soun"]), "video/mp4");
}

#[test]
fn a_name_without_an_ending_is_judged_by_content_alone() {
    for name in ["file", "", "..", ".jpg/", "photo.", "عکس"] {
        takes(Image, name, &jpeg(&[]), "image/jpeg");
        refuses(Image, name, &pdf());
    }
    takes(Document, "file", &ole(), "application/x-ole-storage");
    takes(Document, "file", &zip(&["[Content_Types].xml"]), "application/zip");
    takes(Voice, "file", &mp4(&[b"M4A "], &[]), "audio/mp4");
    takes(Video, "file", &mp4(&[b"mp42"], &[]), "video/mp4");
}

#[test]
fn a_name_with_a_wrong_ending_is_refused_whatever_it_contains() {
    refuses(Image, "a.gif", &jpeg(&[]));
    refuses(Image, "a.jpg.exe", &jpeg(&[]));
    refuses(Document, "a.docm", &zip(&["word/document.xml"]));
    refuses(Voice, "a.mp3", &mp4(&[b"M4A "], &[]));
    refuses(Video, "a.mov", &mp4(&[b"isom"], &[]));
}

#[test]
fn a_content_that_a_kind_does_not_list_is_refused_whatever_its_name() {
    refuses(Image, "a.jpg", b"<svg onload=alert(1)>");
    refuses(Image, "a.png", &gif(&[]));
    refuses(Image, "a.png", &webp(&[vp8x(0)]));
    refuses(Image, "a.jpg", b"\xff\xd8");
    refuses(Document, "a.docx", &zip(&["AndroidManifest.xml", "classes.dex"]));
    refuses(Document, "a.docx", b"PK\x03\x04");
    refuses(Document, "a.doc", b"MZ\x90\0");
    refuses(Video, "a.mp4", &mp4(&[b"qt  ", b"mp42"], &[]));
    refuses(Video, "a.mp4", &mp4(&[b"heic", b"mif1"], &[]));
    refuses(Video, "a.mp4", &mp4(&[b"M4A "], &[b"soun"]));
    refuses(Voice, "a.m4a", &mp4(&[b"mp42"], &[b"soun", b"vide"]));
    refuses(Voice, "a.3gp", &mp4(&[b"3gp5"], &[b"vide"]));
}

#[test]
fn a_content_that_shows_nothing_is_what_its_name_says_unless_it_is_a_picture() {
    let noise = [0x80, 1, 2, 3, 0xfe, 0];
    takes(Document, "a.pdf", &noise, "application/octet-stream");
    takes(Document, "a.xls", b"<html><script>alert(1)</script>", "text/plain");
    takes(Voice, "a.m4a", &noise, "application/octet-stream");
    takes(Video, "a.MP4", &noise, "application/octet-stream");
    for kind in [Document, Voice, Video, Image] {
        refuses(kind, "file", &noise);
    }
    refuses(Image, "a.png", &noise);
}

#[test]
fn a_phone_may_record_sound_under_the_brand_of_a_film() {
    takes(Voice, "a.m4a", &mp4(&[b"mp42", b"isom"], &[]), "audio/mp4");
    takes(Voice, "file", &mp4(&[b"mp42", b"isom"], &[b"soun"]), "audio/mp4");
    refuses(Voice, "file", &mp4(&[b"mp42", b"isom"], &[]));
    takes(Video, "a.mp4", &mp4(&[b"XAVC", b"mp42"], &[]), "video/mp4");
}

#[test]
fn a_file_of_two_natures_is_what_it_begins_with() {
    let script = concat(&[b"GIF89a/*", &[0; 40], b"*/=1;alert(1)"]);
    refuses(Image, "a.png", &script);
    refuses(Document, "a.pdf", &concat(&[&jpeg(&[]), &pdf()]));
    refuses(Document, "a.pdf", &concat(&[b"\n\n", &pdf()]));
    let (_, stored) =
        received(Accept::Kind(Image), "a.jpg", &concat(&[&jpeg(&[]), &zip(&["a.jar"])])).unwrap();
    assert_eq!(stored, jpeg(&[]));
}

#[test]
fn anything_has_a_kind_that_its_content_shows() {
    for (name, bytes, kind, mime) in [
        ("a.txt", png(&[]), Image, "image/png"),
        ("a", gif(&[]), Image, "image/gif"),
        ("a.bin", mp4(&[b"isom"], &[b"vide"]), Video, "video/mp4"),
        ("a.m4a", mp4(&[b"isom"], &[]), Voice, "audio/mp4"),
        ("a", mp4(&[b"M4A "], &[]), Voice, "audio/mp4"),
        ("a", mp4(&[b"M4A "], &[b"vide"]), Video, "video/mp4"),
        ("a", mp4(&[b"3gp4"], &[]), Voice, "audio/3gpp"),
        ("a", mp4(&[b"3gp4"], &[b"vide"]), Document, "video/3gpp"),
        ("a", mp4(&[b"qt  "], &[]), Document, "video/quicktime"),
        ("a", ogg(b"OpusHead"), Voice, "audio/ogg"),
        ("a", ogg(b"\x80theora"), Document, "video/ogg"),
        ("a", b"ID3\x04\0\0\0\0\0\0".to_vec(), Voice, "audio/mpeg"),
        ("a", b"\xff\xfb\x90\x44".to_vec(), Voice, "audio/mpeg"),
        ("a", pdf(), Document, "application/pdf"),
        ("a.doc", ole(), Document, "application/msword"),
        ("a.zip", zip(&["a.txt"]), Document, "application/zip"),
        ("a", vec![0, 1, 2, 3], Document, "application/octet-stream"),
        ("a", "سلام".as_bytes().to_vec(), Document, "text/plain"),
        ("a.html", b"<!DOCTYPE html><script>".to_vec(), Document, "text/plain"),
        ("a.svg", b"<?xml version=\"1.0\"?><svg/>".to_vec(), Document, "text/plain"),
        ("a.sh", b"#!/bin/sh\nrm -r /".to_vec(), Document, "text/plain"),
    ] {
        assert_eq!(judged(MARKET, name, &bytes), Ok((kind, mime.to_owned())), "{name} {mime}");
    }
}

#[test]
fn a_name_is_made_safe_before_it_is_kept() {
    let (file, _) = received(MARKET, "../../a\u{202e}fdp.exe", b"text").unwrap();
    assert_eq!(file.name, "afdp.exe");
    assert_eq!(file.dimensions, None);
}
