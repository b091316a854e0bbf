//! Bare routes: the least that an HTTP server of the same library can do.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::routing::{any, post};
use bytes::Bytes;

use crate::bare_writer::BareWriter;

/// Starts a route that always answers these bytes.
pub async fn answering(body: Bytes) -> anyhow::Result<SocketAddr> {
    let answer = async move || ([(header::CONTENT_TYPE, "application/json")], body.clone());
    serve(Router::new().fallback(any(answer))).await
}

/// Starts a route that sends what it is told through the bare writer. Its path is the
/// conversation.
pub async fn writing(writer: BareWriter) -> anyhow::Result<SocketAddr> {
    let app = Router::new().route("/{conversation}", post(write)).with_state(writer);
    serve(app).await
}

async fn write(
    State(writer): State<BareWriter>,
    axum::extract::Path(conversation): axum::extract::Path<i64>,
    text: String,
) -> Result<([(header::HeaderName, &'static str); 1], &'static str), StatusCode> {
    match writer.send(conversation, text).await {
        Ok(_) => Ok(([(header::CONTENT_TYPE, "application/json")], "{\"status\":\"OK\"}")),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

async fn serve(app: Router) -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}
