mod documents;
mod pictures;
mod samples;
mod streams;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use peyk_model::media::File;
use peyk_model::{MediaKind, Refusal};
use peyk_store::Fault;
use peyk_store::objects::Objects;

use super::{Accept, receive};
use crate::Error;

const MARKET: Accept = Accept::Anything { max_bytes: 5 * 1024 * 1024 };

fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(test)
}

fn here() -> (tempfile::TempDir, Objects) {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    (folder, objects)
}

/// How many files are anywhere below a folder.
fn files(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

fn pieces(bytes: &[u8], size: usize) -> impl Stream<Item = Result<Bytes, Error>> + Send {
    let pieces: Vec<_> =
        bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    futures_util::stream::iter(pieces)
}

/// Receives a file and reads back what was stored; a refused one must leave nothing.
fn received(rule: Accept, name: &str, bytes: &[u8]) -> Result<(File, Vec<u8>), Refusal> {
    run(async {
        let (folder, objects) = here();
        match receive(&objects, rule, name, pieces(bytes, 1000)).await {
            Ok(file) => {
                let (size, stream) = objects.read(&file.object, None).await.unwrap();
                let stored = stream.try_collect::<Vec<_>>().await.unwrap().concat();
                assert_eq!(file.size_bytes, size.cast_signed());
                assert_eq!(stored.len() as u64, size);
                Ok((file, stored))
            }
            Err(Error::Refused(refusal)) => {
                assert_eq!(files(folder.path()), 0, "{name} left something behind");
                Err(refusal)
            }
            Err(Error::Broken(fault)) => panic!("{name}: {fault}"),
        }
    })
}

/// The kind and media type that a file comes in with, or the refusal.
fn judged(rule: Accept, name: &str, bytes: &[u8]) -> Result<(MediaKind, String), Refusal> {
    received(rule, name, bytes).map(|(file, _)| (file.kind, file.mime))
}

#[test]
fn the_future_of_a_file_can_move_between_threads() {
    fn sent<T: Send>(_: T) {}
    let (_folder, objects) = here();
    sent(receive(&objects, MARKET, "a", pieces(b"a", 1)));
    let faults = futures_util::stream::iter([Err::<Bytes, Fault>(Fault::Closed)]);
    sent(receive(&objects, MARKET, "a", faults));
}
