//! Pages as one stream, of which only one page is held at a time.

use std::collections::VecDeque;

use futures_util::{Stream, stream};

use crate::Result;
use crate::market::Page;

enum Next {
    First,
    Token(String),
    Nothing,
}

/// Reads a page whenever the items of the one before are taken.
pub(crate) fn items<T, F, R>(read: F) -> impl Stream<Item = Result<T>> + Send + 'static
where
    T: Send + 'static,
    F: Fn(Option<String>) -> R + Send + 'static,
    R: Future<Output = Result<Page<T>>> + Send + 'static,
{
    let start = (VecDeque::new(), Next::First, read);
    stream::try_unfold(start, |(mut items, mut next, read)| async move {
        loop {
            if let Some(item) = items.pop_front() {
                return Ok(Some((item, (items, next, read))));
            }
            let token = match next {
                Next::First => None,
                Next::Token(token) => Some(token),
                Next::Nothing => return Ok(None),
            };
            let page = read(token.clone()).await?;
            items = page.items.into();
            // A server that leads to the page it just gave would lead round for ever.
            next = match page.next {
                Some(fresh) if Some(&fresh) != token.as_ref() => Next::Token(fresh),
                Some(_) | None => Next::Nothing,
            };
        }
    })
}
