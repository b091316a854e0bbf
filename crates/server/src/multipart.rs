//! Multipart bodies: the one part that is a file, as a stream.

use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use peyk_engine::Fault;

/// Why a multipart body has no file for us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MultipartMistake {
    /// The `Content-Type` is not `multipart/form-data` with a boundary.
    #[error("the body is no multipart/form-data with a boundary")]
    NotMultipart,
    /// The body is not what multipart bodies are.
    #[error("the multipart body is malformed or was cut")]
    Malformed,
    /// There is no part with the right name.
    #[error("the form has no part with the file's name")]
    NoFile,
}

/// Finds the part called `part`, and gives its file name and its bytes to `receive` as they come.
pub async fn with_file<T, F>(
    request: Request,
    part: &str,
    receive: impl FnOnce(
        String,
        std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, Fault>> + Send>>,
    ) -> F,
) -> Result<T, MultipartMistake>
where
    F: Future<Output = T>,
{
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|_| MultipartMistake::NotMultipart)?;
    loop {
        let field = multipart.next_field().await.map_err(|_| MultipartMistake::Malformed)?;
        let Some(field) = field else { return Err(MultipartMistake::NoFile) };
        if field.name() != Some(part) {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let bytes = futures_util::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|chunk| (chunk, receiver))
        });
        // Who receives may look once more after the end.
        let bytes = bytes.fuse();
        let pump = async move {
            let mut field = field;
            loop {
                let chunk = match field.chunk().await {
                    Ok(Some(chunk)) => Ok(chunk),
                    Ok(None) => return Ok(()),
                    Err(_) => Err(Fault::Io(
                        "the upload was cut".into(),
                        std::io::ErrorKind::UnexpectedEof.into(),
                    )),
                };
                let is_cut = chunk.is_err();
                let is_wanted = sender.send(chunk).await.is_ok();
                if is_cut {
                    return Err(MultipartMistake::Malformed);
                }
                if !is_wanted {
                    return Ok(());
                }
            }
        };
        // A cut upload is its sender's mistake and no fault of ours, whatever became of the pieces.
        let (received, pumped) = tokio::join!(receive(name, Box::pin(bytes)), pump);
        return pumped.map(|()| received);
    }
}
