//! `POST /upload/{media_type}`: one file in a form, under an upload token.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use peyk_engine::media::{Accept, receive};
use peyk_engine::upload::{app_of_upload_token, keep_upload};
use peyk_model::limits::{MULTIPART_OVERHEAD_BYTES, UNWANTED_FILE_READ_BYTES};
use peyk_model::{AppId, MediaKind, Refusal};
use peyk_wire::kenar::upload::{FILE_PART, STATUS_OK, UploadResponse};

use super::asked::target;
use super::credentials::bearer;
use super::error::{Answer, Failure};
use crate::Site;
use crate::multipart::with_file;

/// The largest form: the largest file of any kind, what a form weighs beyond it, and enough of a
/// file that is too large to come to its refusal.
pub fn body_limit() -> DefaultBodyLimit {
    let largest = MediaKind::ALL.map(MediaKind::max_bytes).into_iter().max().unwrap_or(0);
    DefaultBodyLimit::max(largest + MULTIPART_OVERHEAD_BYTES + 2 * UNWANTED_FILE_READ_BYTES)
}

/// Keeps the file, and gives the token by which the app can send it.
pub async fn answer(State(site): State<Site>, mut request: Request) -> Answer<UploadResponse> {
    let (app, kind) = match admitted(&site, &mut request).await {
        Ok(admitted) => admitted,
        Err(failure) => {
            read_on(request.into_body().into_data_stream()).await;
            return Err(failure);
        }
    };
    let objects = site.engine.objects();
    let file = with_file(request, FILE_PART, |name, mut bytes| async move {
        let received = receive(objects, Accept::Kind(kind), &name, &mut bytes).await;
        if received.is_err() {
            read_on(bytes).await;
        }
        received
    });
    let file = file.await??;
    let id = site.engine.write(move |context| keep_upload(context, app, &file)).await?;
    Ok(Json(UploadResponse { id, status: STATUS_OK.to_owned() }))
}

/// Whose file it is and what it should be.
async fn admitted(site: &Site, request: &mut Request) -> Result<(AppId, MediaKind), Failure> {
    let token = bearer(request.headers()).ok_or(Refusal::UploadTokenInvalid)?;
    let now = site.engine.clock().now();
    let app = app_of_upload_token(site.engine.keyring(), &token, now)?;
    Ok((app, media_kind(&target(request).await?)?))
}

/// Reads a part of what nobody wants: a client that is still writing when the connection ends does
/// not see why its file was refused.
async fn read_on<E>(mut bytes: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    let mut size_bytes = 0;
    while let Some(Ok(more)) = bytes.next().await {
        size_bytes += more.len();
        if size_bytes > UNWANTED_FILE_READ_BYTES {
            break;
        }
    }
}

fn media_kind(word: &str) -> Result<MediaKind, Failure> {
    MediaKind::parse(word).ok_or_else(|| {
        let words = MediaKind::ALL.map(MediaKind::word).join(", ");
        Failure::argument(format!("the media type must be one of: {words}"))
    })
}
