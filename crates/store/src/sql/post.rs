//! Posts.

use peyk_model::{PersonId, Post, PostToken, Stage};

use crate::encode::word;
use crate::value::{Row, values};
use crate::{Fault, Tx};

fn read_post(row: &Row<'_>) -> Result<Post, Fault> {
    let stage: String = row.get(3)?;
    Ok(Post {
        token: PostToken(row.get(0)?),
        title: row.get(1)?,
        seller: PersonId(row.get(2)?),
        stage: word("stage", &stage, Stage::parse(&stage))?,
    })
}

impl Tx<'_> {
    /// The post with this token.
    pub fn post(&mut self, token: &PostToken) -> Result<Option<Post>, Fault> {
        self.first_kept(
            "SELECT token, title, seller_id, stage FROM posts WHERE token = $1",
            values![&token.0],
            read_post,
        )
    }

    /// Posts by token, after this one.
    pub fn posts_after(&mut self, last: &str, limit: i64) -> Result<Vec<Post>, Fault> {
        self.all(
            "SELECT token, title, seller_id, stage FROM posts WHERE token > $1
             ORDER BY token LIMIT $2",
            values![last, limit],
            read_post,
        )
    }

    /// Adds a post, or changes the one with this token.
    pub fn upsert_post(&mut self, post: &Post) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO posts (token, title, seller_id, stage) VALUES ($1, $2, $3, $4)
             ON CONFLICT (token) DO UPDATE SET title = excluded.title,
             seller_id = excluded.seller_id, stage = excluded.stage",
            values![&post.token.0, &post.title, post.seller.0, post.stage.word()],
        )?;
        Ok(())
    }
}
