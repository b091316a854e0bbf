//! Files on their way in: judged by what they are, cleaned, bounded and stored.
//!
//! What a file is, is told by its first bytes and, where they show nothing, by the ending of its
//! name, never by what its sender claims. Pictures lose what they tell about their makers, above
//! all where they were taken. Only pictures are held in memory; everything else goes through in
//! pieces. Nobody hears of a file here: a verb that has the [`File`] tells about it.

mod exif;
mod gif;
mod isobmff;
mod jpeg;
mod png;
mod rule;
mod sniff;
mod strip;
#[cfg(test)]
mod tests;
mod text;
mod webp;

use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use peyk_model::media::{File, safe_file_name};
use peyk_model::{MediaKind, Refusal};
use peyk_store::objects::{Objects, StoredObject, Upload};

use crate::error::{Error, Result};
use rule::Welcome;
use sniff::{Content, HEAD_BYTES, Picture};
use text::TextWatch;

/// The largest picture, in bytes: pictures are cleaned in memory.
const PICTURE_MAX_BYTES: usize = 5 * 1024 * 1024;

/// Which files are welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// Files of one kind, by name, content and size.
    Kind(MediaKind),
    /// Files of any kind; what each is to people is told by its content.
    Anything {
        /// The largest file, in bytes; pictures have their own bound too.
        max_bytes: usize,
    },
}

/// Stores a file that comes as a stream, or refuses it as soon as it is known to be unwelcome.
///
/// The file is durable when this returns. Its hash and its size are those of what is stored,
/// which for a picture is less than what came.
pub async fn receive<S, E>(objects: &Objects, rule: Accept, name: &str, stream: S) -> Result<File>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Send,
    E: Into<Error>,
{
    let name = safe_file_name(name);
    let extension = rule::extension(&name);
    let extension = extension.as_deref();
    rule.check_extension(extension)?;

    let stream = std::pin::pin!(stream);
    let mut source = Source::new(stream, rule.max_bytes());
    let head = source.head().await?;
    if head.is_empty() {
        return Err(Refusal::FileEmpty.into());
    }
    let content = Content::sniff(&head[..head.len().min(HEAD_BYTES)]);
    let Welcome { kind, mut mime } = rule.judge(content, extension)?;

    let (stored, dimensions) = if let Content::Picture(picture) = content {
        store_picture(objects, picture, head, &mut source).await?
    } else {
        let mut watch = (content == Content::Unknown).then(TextWatch::new);
        let stored = store_pieces(objects, head, &mut source, &mut watch).await?;
        if watch.is_some_and(|watch| watch.is_text()) {
            mime = "text/plain";
        }
        (stored, None)
    };
    Ok(File {
        kind,
        name,
        mime: mime.to_owned(),
        size_bytes: stored.size_bytes.cast_signed(),
        dimensions,
        object: stored.name,
    })
}

async fn store_picture<S, E>(
    objects: &Objects,
    picture: Picture,
    head: Bytes,
    source: &mut Source<'_, S>,
) -> Result<(StoredObject, Option<(u32, u32)>)>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Send,
    E: Into<Error>,
{
    source.bound(PICTURE_MAX_BYTES)?;
    let mut whole = Vec::from(head);
    while let Some(bytes) = source.next().await? {
        whole.extend_from_slice(&bytes);
    }
    let refused = Refusal::FileTypeNotAllowed { kind: MediaKind::Image };
    let stripped = strip::strip(picture, whole).ok_or(refused)?;
    let dimensions = stripped.dimensions();
    let mut upload = objects.begin().await?;
    match upload.write(stripped.bytes.into()).await {
        Ok(()) => Ok((upload.finish().await?, dimensions)),
        Err(fault) => {
            upload.abort().await;
            Err(fault.into())
        }
    }
}

async fn store_pieces<S, E>(
    objects: &Objects,
    head: Bytes,
    source: &mut Source<'_, S>,
    watch: &mut Option<TextWatch>,
) -> Result<StoredObject>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Send,
    E: Into<Error>,
{
    let mut upload = objects.begin().await?;
    match pour(head, source, &mut upload, watch).await {
        Ok(()) => Ok(upload.finish().await?),
        Err(error) => {
            upload.abort().await;
            Err(error)
        }
    }
}

async fn pour<S, E>(
    head: Bytes,
    source: &mut Source<'_, S>,
    upload: &mut Upload,
    watch: &mut Option<TextWatch>,
) -> Result<()>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Send,
    E: Into<Error>,
{
    let mut next = Some(head);
    while let Some(bytes) = next {
        if let Some(watch) = watch {
            watch.see(&bytes);
        }
        upload.write(bytes).await?;
        next = source.next().await?;
    }
    Ok(())
}

/// Bytes from outside, counted and bounded.
struct Source<'a, S> {
    stream: Pin<&'a mut S>,
    size_bytes: usize,
    max_bytes: usize,
}

impl<'a, S, E> Source<'a, S>
where
    S: Stream<Item = std::result::Result<Bytes, E>>,
    E: Into<Error>,
{
    fn new(stream: Pin<&'a mut S>, max_bytes: usize) -> Self {
        Self { stream, size_bytes: 0, max_bytes }
    }

    /// Lowers the bound, for what came and for what comes.
    fn bound(&mut self, max_bytes: usize) -> Result<()> {
        self.max_bytes = self.max_bytes.min(max_bytes);
        self.check()
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        let Some(bytes) = self.stream.next().await.transpose().map_err(Into::into)? else {
            return Ok(None);
        };
        self.size_bytes += bytes.len();
        self.check()?;
        Ok(Some(bytes))
    }

    /// Enough to tell what the file is, or all of it.
    async fn head(&mut self) -> Result<Bytes> {
        let mut head = BytesMut::new();
        while head.len() < HEAD_BYTES {
            let Some(bytes) = self.next().await? else { break };
            head.extend_from_slice(&bytes);
        }
        Ok(head.freeze())
    }

    fn check(&self) -> Result<()> {
        let (max_bytes, size_bytes) = (self.max_bytes, self.size_bytes);
        if size_bytes > max_bytes {
            return Err(Refusal::FileTooLarge { max_bytes, size_bytes }.into());
        }
        Ok(())
    }
}
