use std::path::{Path, PathBuf};

use object_store::memory::InMemory;

use super::*;

fn here() -> (tempfile::TempDir, Objects) {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().join("media").to_str().unwrap()).unwrap();
    (folder, objects)
}

/// A bucket without a network.
fn bucket() -> (std::sync::Arc<InMemory>, Objects) {
    let store = std::sync::Arc::new(InMemory::new());
    let place = Place::Bucket { store: store.clone(), prefix: "peyk".to_owned() };
    (store, Objects { place, recent: Recent::default() })
}

async fn keys(store: &InMemory) -> Vec<String> {
    use object_store::ObjectStore;
    store.list(None).map_ok(|object| object.location.to_string()).try_collect().await.unwrap()
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(test)
}

async fn store(objects: &Objects, bytes: &[u8]) -> StoredObject {
    let mut upload = objects.begin().await.unwrap();
    upload.write(Bytes::copy_from_slice(bytes)).await.unwrap();
    upload.finish().await.unwrap()
}

async fn read(objects: &Objects, name: &str, range: Option<Range<u64>>) -> (u64, Vec<u8>) {
    let (size, stream) = objects.read(name, range).await.unwrap();
    let pieces: Vec<Bytes> = stream.try_collect().await.unwrap();
    (size, pieces.concat())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn an_object_is_named_by_its_bytes_and_read_back() {
    run(async {
        let (folder, objects) = here();
        let stored = store(&objects, b"a bicycle").await;
        assert_eq!(stored.name, blake3::hash(b"a bicycle").to_hex().as_str());
        assert_eq!(stored.size_bytes, 9);
        assert_eq!(read(&objects, &stored.name, None).await, (9, b"a bicycle".to_vec()));
        let root = folder.path().join("media").canonicalize().unwrap();
        let place = root.join(&stored.name[..2]).join(&stored.name[2..4]).join(&stored.name);
        assert_eq!(files(&root), [place]);
    });
}

#[test]
fn equal_bytes_are_stored_once_however_they_come() {
    run(async {
        let (folder, objects) = here();
        let whole = store(&objects, b"one two three").await;
        let mut upload = objects.clone().begin().await.unwrap();
        for piece in ["one ", "", "two ", "three"] {
            upload.write(Bytes::from(piece)).await.unwrap();
        }
        assert_eq!(upload.finish().await.unwrap(), whole);
        assert_eq!(files(folder.path()).len(), 1);
    });
}

#[test]
fn many_equal_uploads_at_once_end_as_one_object() {
    run(async {
        let (folder, objects) = here();
        let uploads = (0..16).map(|_| store(&objects, b"the same"));
        let stored = futures_util::future::join_all(uploads).await;
        assert!(stored.iter().all(|object| object == &stored[0]));
        assert_eq!(files(folder.path()).len(), 1);
        assert_eq!(read(&objects, &stored[0].name, None).await.1, b"the same");
    });
}

#[test]
fn a_large_object_comes_and_goes_in_pieces() {
    run(async {
        let (_folder, objects) = here();
        let mut upload = objects.begin().await.unwrap();
        let mut hasher = blake3::Hasher::new();
        for number in 0..50_u8 {
            // One piece is larger than a part, the rest do not divide it.
            let length = if number == 7 { 3_000_001 } else { 99_991 };
            let piece = vec![number; length];
            hasher.update(&piece);
            upload.write(piece.into()).await.unwrap();
            assert!(upload.buffered() < 1024 * 1024);
        }
        let stored = upload.finish().await.unwrap();
        assert_eq!(stored.name, hasher.finalize().to_hex().as_str());

        let (size, mut stream) = objects.read(&stored.name, None).await.unwrap();
        assert_eq!(size, stored.size_bytes);
        let mut hasher = blake3::Hasher::new();
        while let Some(piece) = stream.try_next().await.unwrap() {
            assert!(piece.len() <= READ_BYTES);
            hasher.update(&piece);
        }
        assert_eq!(hasher.finalize().to_hex().as_str(), stored.name);
    });
}

#[test]
fn a_range_is_read_and_the_size_is_of_the_whole() {
    run(async {
        let (_folder, objects) = here();
        let stored = store(&objects, b"0123456789").await;
        assert_eq!(read(&objects, &stored.name, Some(2..5)).await, (10, b"234".to_vec()));
        assert_eq!(read(&objects, &stored.name, Some(8..99)).await, (10, b"89".to_vec()));
        for range in [10..11, 3..3] {
            assert!(objects.read(&stored.name, Some(range)).await.is_err());
        }
    });
}

#[test]
fn an_aborted_upload_leaves_nothing() {
    run(async {
        let (folder, objects) = here();
        let mut upload = objects.begin().await.unwrap();
        upload.write(vec![1; 2 * 1024 * 1024].into()).await.unwrap();
        assert_eq!(files(folder.path()).len(), 1);
        upload.abort().await;
        assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
    });
}

#[test]
fn a_dropped_upload_leaves_nothing_that_a_sweep_does_not_take() {
    let (folder, objects) = here();
    run(async {
        let mut upload = objects.begin().await.unwrap();
        upload.write(vec![1; 2 * 1024 * 1024].into()).await.unwrap();
    });
    // The file is removed beside us, unless the runtime ends before that begins.
    run(async { objects.sweep_staging(Duration::ZERO).await.unwrap() });
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_killed_upload_leaves_only_a_staged_file_which_is_swept() {
    run(async {
        let (folder, objects) = here();
        let mut upload = objects.begin().await.unwrap();
        upload.write(vec![1; 2 * 1024 * 1024].into()).await.unwrap();
        // A killed process runs no destructor.
        std::mem::forget(upload);
        let left = files(folder.path());
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].parent().unwrap().file_name().unwrap(), STAGING);

        let kept = store(&objects, b"kept").await;
        let again = Objects::open(folder.path().join("media").to_str().unwrap()).unwrap();
        assert_eq!(again.sweep_staging(Duration::from_secs(3600)).await.unwrap(), 0);
        assert_eq!(again.sweep_staging(Duration::ZERO).await.unwrap(), 1);
        assert_eq!(files(folder.path()).len(), 1);
        assert_eq!(read(&again, &kept.name, None).await.1, b"kept");
    });
}

#[test]
fn a_forgotten_object_is_gone_and_can_be_forgotten_again() {
    run(async {
        let (_folder, objects) = here();
        let stored = store(&objects, b"short lived").await;
        objects.recent.lock().await.forget();
        objects.delete(&stored.name).await.unwrap();
        objects.delete(&stored.name).await.unwrap();
        let gone = objects.read(&stored.name, None).await.err().unwrap();
        assert!(matches!(gone, Fault::Objects(object_store::Error::NotFound { .. })));
    });
}

#[test]
fn an_object_that_was_stored_a_moment_ago_cannot_be_forgotten() {
    run(async {
        let (_folder, objects) = here();
        let stored = store(&objects, b"on its way to its owner").await;
        objects.delete(&stored.name).await.unwrap();
        assert_eq!(read(&objects, &stored.name, None).await.1, b"on its way to its owner");
    });
}

#[test]
fn a_name_that_is_not_a_hash_reaches_no_file() {
    run(async {
        let (_folder, objects) = here();
        let long = "A".repeat(64);
        for name in ["", "../../etc/passwd", "staging/x", long.as_str(), "دوچرخه"] {
            assert!(matches!(objects.read(name, None).await.err(), Some(Fault::Corrupt(_))));
            assert!(matches!(objects.delete(name).await, Err(Fault::Corrupt(_))));
        }
    });
}

#[test]
fn an_empty_object_is_an_object() {
    run(async {
        let (_folder, objects) = here();
        let stored = store(&objects, b"").await;
        assert_eq!(read(&objects, &stored.name, None).await, (0, Vec::new()));
    });
}

#[test]
fn a_bucket_is_opened_by_url_and_nonsense_is_not() {
    let open = |location: &str| Objects::open_with(location, Vec::new());
    let name = "ab".repeat(32);
    for (location, path) in [
        ("s3://media", format!("ab/ab/{name}")),
        ("s3://media/", format!("ab/ab/{name}")),
        ("s3://media/peyk/eu-1/", format!("peyk/eu-1/ab/ab/{name}")),
    ] {
        let objects = open(location).unwrap();
        assert_eq!(objects.place.object_path(&name).unwrap().as_ref(), path, "{location}");
    }
    for location in ["", "s3://", "s3:///prefix", "gs://bucket", "s3://media/دوچرخه"] {
        assert!(matches!(open(location), Err(Fault::Unusable(_))), "{location}");
    }
}

#[test]
fn objects_are_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send>(_: T) {}
    shared::<Objects>();
    let (_folder, objects) = here();
    sent(async move {
        let upload = objects.begin().await.unwrap();
        upload.finish().await.unwrap();
    });
}

#[test]
fn a_small_object_goes_into_a_bucket_at_once() {
    run(async {
        let (store, objects) = bucket();
        for _ in 0..2 {
            let mut upload = objects.begin().await.unwrap();
            upload.write(Bytes::from("small")).await.unwrap();
            assert!(keys(&store).await.len() < 2);
            let stored = upload.finish().await.unwrap();
            assert_eq!(keys(&store).await, [objects_key(&stored.name)]);
            assert_eq!(read(&objects, &stored.name, Some(1..3)).await, (5, b"ma".to_vec()));
        }
    });
}

#[test]
fn a_large_object_goes_into_a_bucket_in_parts_and_moves_to_its_name() {
    run(async {
        let (store, objects) = bucket();
        for _ in 0..2 {
            let mut upload = objects.begin().await.unwrap();
            for _ in 0..11 {
                upload.write(vec![7; 1024 * 1024].into()).await.unwrap();
            }
            assert!(upload.buffered() <= 1024 * 1024);
            let stored = upload.finish().await.unwrap();
            assert_eq!(stored.size_bytes, 11 * 1024 * 1024);
            assert_eq!(keys(&store).await, [objects_key(&stored.name)]);
        }
        let mut upload = objects.begin().await.unwrap();
        upload.write(vec![8; 6 * 1024 * 1024].into()).await.unwrap();
        upload.abort().await;
        assert_eq!(keys(&store).await.len(), 1);
    });
}

#[test]
fn what_is_left_in_the_staging_of_a_bucket_is_swept() {
    run(async {
        use object_store::ObjectStoreExt;
        let (memory, objects) = bucket();
        let kept = store(&objects, b"kept").await;
        let left = objects.place.staging_path("0123");
        assert_eq!(left.as_ref(), "peyk/staging/0123");
        memory.put(&left, "left".into()).await.unwrap();
        assert_eq!(objects.sweep_staging(Duration::from_secs(3600)).await.unwrap(), 0);
        assert_eq!(objects.sweep_staging(Duration::ZERO).await.unwrap(), 1);
        assert_eq!(keys(&memory).await, [objects_key(&kept.name)]);
    });
}

fn objects_key(name: &str) -> String {
    format!("peyk/{}/{}/{name}", &name[..2], &name[2..4])
}
