//! `POST /control/v1/people/{handle}/conversations/{conversation}/files`: the person sends a file.

use axum::Json;
use axum::extract::{Request, State};
use peyk_engine::media::{Accept, receive};
use peyk_engine::send_message::send_as_person;
use peyk_engine::{directory, person_view};
use peyk_model::media::File;
use peyk_model::message::Content;
use peyk_model::{Draft, MediaKind};
use serde_json::Value;

use super::answer::{Answer, ControlError};
use super::extract::Names;
use super::person_messages::sent;
use crate::Site;
use crate::multipart::with_file;

/// The largest file a person sends, in bytes: the largest of any kind.
const ACCEPTED: Accept = Accept::Anything { max_bytes: MediaKind::Video.max_bytes() };

/// Takes the part called `file`, and sends it.
pub async fn send(
    State(site): State<Site>,
    Names((handle, name)): Names<(String, String)>,
    request: Request,
) -> Answer<Value> {
    let file = received(&site, request).await?;
    let draft = Draft::from(Content::File(file));
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        let id = person_view::conversation(context, person, &name)?.id;
        send_as_person(context, person, id, &draft)
    };
    Ok(Json(sent(&site, &site.engine.write(verb).await?)))
}

/// The part of a form called `file`, kept.
pub(super) async fn received(site: &Site, request: Request) -> Result<File, ControlError> {
    let objects = site.engine.objects();
    let receive =
        |name: String, bytes| async move { receive(objects, ACCEPTED, &name, bytes).await };
    Ok(with_file(request, "file", receive).await??)
}
