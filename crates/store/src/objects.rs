//! Bytes of media: an object store named by content, in a folder or in an S3 bucket.
//!
//! An object's name is the BLAKE3 hash of its bytes, so equal files are stored once. The name is
//! known only when every byte has come, so bytes wait under `staging/` and move to their name at
//! the end. This module must not know what the bytes mean or who may read them.
//!
//! Both places are reached through `object_store`: since 0.14 its local file system flushes files
//! and folders before it answers, so there is no reason to write that again.

mod place;
mod recent;
#[cfg(test)]
mod tests;
mod upload;

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResult, GetResultPayload, ObjectStoreExt};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

pub use upload::Upload;

use crate::Fault;
use place::Place;
use recent::Recent;

/// The folder for bytes whose name is not known yet.
const STAGING: &str = "staging";
/// How much is read from a local file at once, in bytes.
const READ_BYTES: usize = 256 * 1024;
/// How many characters a name has: 32 bytes in hexadecimal.
const NAME_CHARS: usize = 64;

/// Where bytes of media live; clones share the same place.
#[derive(Debug, Clone)]
pub struct Objects {
    place: Place,
    recent: Recent,
}

/// The bytes of an object, piece by piece.
pub type ObjectBytes = BoxStream<'static, Result<Bytes, Fault>>;

/// An object whose bytes are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// The BLAKE3 hash of the bytes, as 64 lower case hexadecimal digits.
    pub name: String,
    /// How many bytes.
    pub size_bytes: u64,
}

impl Objects {
    /// Opens a folder, which is created if need be, or `s3://bucket/prefix` with the usual `AWS_*`
    /// environment variables.
    pub fn open(location: &str) -> Result<Self, Fault> {
        Self::open_with(location, std::env::vars_os())
    }

    /// Opens a location with these environment variables instead of the process's own.
    fn open_with(
        location: &str,
        variables: impl IntoIterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    ) -> Result<Self, Fault> {
        Ok(Self { place: Place::open(location, variables)?, recent: Recent::default() })
    }

    /// Begins to store an object whose bytes are about to come.
    pub async fn begin(&self) -> Result<Upload, Fault> {
        Upload::begin(self.place.clone(), self.recent.clone()).await
    }

    /// The size of a whole object and the bytes of a range of it, or all of them.
    ///
    /// A range that ends behind the object ends with it; one that is empty or begins behind it is
    /// a fault, because callers know the size of what they ask for.
    pub async fn read(
        &self,
        name: &str,
        range: Option<Range<u64>>,
    ) -> Result<(u64, ObjectBytes), Fault> {
        let path = self.place.object_path(name)?;
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let result = self.place.store().get_opts(&path, options).await?;
        Ok((result.meta.size, bytes_of(result)))
    }

    /// Forgets an object; one that does not exist is forgotten already.
    ///
    /// Names are shared by equal files: only a caller who knows that nobody refers to the name may
    /// delete it. An object that this server stored a moment ago stays, because its owner may not
    /// be on record yet. Servers that share a bucket do not see each other's moments.
    pub async fn delete(&self, name: &str) -> Result<(), Fault> {
        let path = self.place.object_path(name)?;
        let recent = self.recent.lock().await;
        if recent.holds(name) {
            return Ok(());
        }
        match self.place.store().delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what killed servers left in staging longer ago than this, and says how many.
    ///
    /// The age must be longer than the longest upload, or an upload in progress loses its bytes.
    /// Parts of an S3 multipart upload are invisible until it is complete: leave those to a
    /// lifecycle rule of the bucket that aborts incomplete multipart uploads.
    pub async fn sweep_staging(&self, older_than: Duration) -> Result<usize, Fault> {
        self.place.sweep_staging(older_than).await
    }
}

/// The hash of an object's bytes as its name.
fn name_of(hash: &blake3::Hash) -> String {
    hash.to_hex().to_string()
}

/// The path of an object below a prefix, in two levels of folders so that none grows too large.
fn object_path(prefix: &str, name: &str) -> Result<Path, Fault> {
    let is_name = name.len() == NAME_CHARS
        && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !is_name {
        return Err(Fault::Corrupt(format!("{name:?} is not the name of an object")));
    }
    Ok(Path::from(format!("{prefix}/{}/{}/{name}", &name[..2], &name[2..4])))
}

fn bytes_of(result: GetResult) -> ObjectBytes {
    let range = result.range;
    match result.payload {
        GetResultPayload::Stream(stream) => stream.map_err(Fault::from).boxed(),
        // The stream of `object_store` visits its thread pool for every 8 KiB; this one for 256.
        GetResultPayload::File(file, path) => {
            let file = tokio::fs::File::from_std(file);
            let path = path.display().to_string();
            let start = Some(range.start);
            let state = (file, path, start, range.end - range.start);
            futures_util::stream::try_unfold(state, |(mut file, path, start, left)| async move {
                let piece = read_piece(&mut file, start, left)
                    .await
                    .map_err(|error| Fault::Io(format!("{path} cannot be read"), error))?;
                let left = left - piece.len() as u64;
                Ok((!piece.is_empty()).then_some((piece, (file, path, None, left))))
            })
            .boxed()
        }
    }
}

/// The next piece of a file; empty only at the end of what is wanted.
async fn read_piece(
    file: &mut tokio::fs::File,
    start: Option<u64>,
    left: u64,
) -> std::io::Result<Bytes> {
    if left == 0 {
        return Ok(Bytes::new());
    }
    if let Some(start) = start {
        file.seek(std::io::SeekFrom::Start(start)).await?;
    }
    let wanted = usize::try_from(left).unwrap_or(READ_BYTES).min(READ_BYTES);
    let mut piece = Vec::with_capacity(wanted);
    file.take(wanted as u64).read_to_end(&mut piece).await?;
    if piece.is_empty() {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(piece.into())
}
