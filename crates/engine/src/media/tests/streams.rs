//! Files come in pieces, and end when they must.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;

use super::samples::*;
use super::*;

const PIECE_BYTES: usize = 64 * 1024;

/// A file of this beginning and as many zeros as are asked for, never held whole.
fn endless(
    head: Vec<u8>,
    drawn: Arc<AtomicUsize>,
) -> impl Stream<Item = Result<Bytes, Error>> + Send {
    let zeros = Bytes::from(vec![0; PIECE_BYTES]);
    futures_util::stream::once(async { Bytes::from(head) })
        .chain(futures_util::stream::repeat(zeros))
        .map(move |bytes| {
            drawn.fetch_add(bytes.len(), Ordering::Relaxed);
            Ok(bytes)
        })
}

#[test]
fn a_file_that_never_ends_is_refused_as_soon_as_it_is_too_large() {
    let film = mp4(&[b"isom"], &[b"vide"]);
    for (rule, name, head, max_bytes) in [
        (Accept::Kind(MediaKind::Video), "a.mp4", film.clone(), 50 * 1024 * 1024),
        (Accept::Kind(MediaKind::Image), "a.jpg", jpeg(&[]), 5 * 1024 * 1024),
        (Accept::Kind(MediaKind::Voice), "a.m4a", mp4(&[b"M4A "], &[]), 3 * 512 * 1024),
        (Accept::Anything { max_bytes: 100 }, "a", b"text".to_vec(), 100),
        (Accept::Anything { max_bytes: 9_000_000 }, "a", film, 9_000_000),
        // Pictures are cleaned in memory, so they have a bound of their own.
        (Accept::Anything { max_bytes: 9_000_000 }, "a", png(&[]), 5 * 1024 * 1024),
    ] {
        run(async {
            let (folder, objects) = here();
            let drawn = Arc::new(AtomicUsize::new(0));
            let error = receive(&objects, rule, name, endless(head, drawn.clone())).await;
            let drawn = drawn.load(Ordering::Relaxed);
            let expected = Refusal::FileTooLarge { max_bytes, size_bytes: drawn };
            assert!(matches!(error, Err(Error::Refused(refusal)) if refusal == expected));
            assert!(drawn <= max_bytes + PIECE_BYTES, "{drawn}");
            assert_eq!(files(folder.path()), 0);
        });
    }
}

#[test]
fn a_file_of_exactly_the_bound_comes_in() {
    let film = mp4(&[b"isom"], &[]);
    let max_bytes = MediaKind::Video.max_bytes();
    run(async {
        let (folder, objects) = here();
        let mut left = max_bytes;
        let stream = endless(film, Arc::default()).map_ok(move |bytes| {
            let bytes = bytes.slice(..left.min(bytes.len()));
            left -= bytes.len();
            bytes
        });
        let stream = stream.take(max_bytes / PIECE_BYTES + 2);
        let rule = Accept::Kind(MediaKind::Video);
        let file = receive(&objects, rule, "a.mp4", stream).await.unwrap();
        assert_eq!(file.size_bytes, max_bytes as i64);
        assert_eq!(files(folder.path()), 1);
    });
}

#[test]
fn a_wrong_name_or_content_is_refused_before_the_rest_comes() {
    run(async {
        let (_folder, objects) = here();
        for (name, most) in [("a.exe", 0), ("a.mp4", PIECE_BYTES + 4)] {
            let drawn = Arc::new(AtomicUsize::new(0));
            let stream = endless(b"PK\x03\x04".to_vec(), drawn.clone());
            let rule = Accept::Kind(MediaKind::Video);
            assert!(matches!(
                receive(&objects, rule, name, stream).await,
                Err(Error::Refused(Refusal::FileTypeNotAllowed { kind: MediaKind::Video }))
            ));
            assert!(drawn.load(Ordering::Relaxed) <= most);
        }
    });
}

#[test]
fn an_empty_file_is_refused() {
    for rule in [MARKET, Accept::Kind(MediaKind::Image)] {
        assert_eq!(received(rule, "a.jpg", b"").err(), Some(Refusal::FileEmpty));
    }
    run(async {
        let (_folder, objects) = here();
        let stream = futures_util::stream::iter([Ok::<_, Error>(Bytes::new())]);
        let error = receive(&objects, MARKET, "a.jpg", stream).await;
        assert!(matches!(error, Err(Error::Refused(Refusal::FileEmpty))));
    });
}

#[test]
fn a_sender_who_breaks_off_leaves_nothing() {
    run(async {
        let (folder, objects) = here();
        for head in [mp4(&[b"isom"], &[]), jpeg(&[]), Vec::new()] {
            let gone =
                || Fault::Io("the sender is gone".into(), std::io::ErrorKind::BrokenPipe.into());
            let stream = endless(head, Arc::default())
                .map_err(|_| gone())
                .take(20)
                .chain(futures_util::stream::once(async move { Err(gone()) }));
            let error = receive(&objects, MARKET, "a", stream).await;
            assert!(matches!(error, Err(Error::Broken(Fault::Io(..)))));
            assert_eq!(files(folder.path()), 0);
        }
    });
}

#[test]
fn a_file_is_the_same_however_it_is_cut() {
    run(async {
        let (folder, objects) = here();
        let film = concat(&[&mp4(&[b"isom"], &[]), &[5; 30_000]]);
        let mut stored = Vec::new();
        for size in [7, 4096, 8192, 100_000] {
            let file = receive(&objects, MARKET, "a", pieces(&film, size)).await.unwrap();
            stored.push(file);
        }
        assert!(stored.iter().all(|file| *file == stored[0]));
        assert_eq!(files(folder.path()), 1);
    });
}
