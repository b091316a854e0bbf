//! Buttons written by hand: a row in each line, buttons divided by `|`, and what a press does behind
//! an equals sign.

use peyk_model::button::{Action, Button, ButtonGrid};
use peyk_model::{PostToken, Refusal};

/// What opens a post stands before its token.
const POST: &str = "post:";

/// The buttons that somebody wrote down.
pub fn grid(text: &str) -> Result<ButtonGrid, Refusal> {
    let rows = text.lines().filter(|line| !line.trim().is_empty());
    ButtonGrid::new(rows.map(|line| line.split('|').map(button).collect()).collect())
}

fn button(text: &str) -> Button {
    let (caption, target) = match text.split_once('=') {
        Some((caption, target)) => (caption.trim(), target.trim()),
        None => (text.trim(), ""),
    };
    let action = match target.strip_prefix(POST) {
        Some(token) => Action::OpenPostPage(PostToken(token.trim().to_owned())),
        None if target.is_empty() => {
            // The app is asked what to do, and told which button it was.
            Action::GetDynamicAction(serde_json::json!({ "button": caption }).to_string())
        }
        None => Action::OpenDirectLink(target.to_owned()),
    };
    Button { caption: caption.to_owned(), icon: None, icon_name: None, action }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_rows_and_a_press_does_what_is_written() {
        let grid = grid("Yes | No\n\nLook = https://a.example/?b=c\nBike = post:gZd7omnS").unwrap();
        let captions: Vec<Vec<_>> = grid
            .rows()
            .iter()
            .map(|row| row.iter().map(|button| button.caption.as_str()).collect())
            .collect();
        assert_eq!(captions, [vec!["Yes", "No"], vec!["Look"], vec!["Bike"]]);
        let action = |number| grid.nth(number).unwrap().action.clone();
        assert_eq!(action(1), Action::GetDynamicAction("{\"button\":\"Yes\"}".to_owned()));
        assert_eq!(action(3), Action::OpenDirectLink("https://a.example/?b=c".to_owned()));
        assert_eq!(action(4), Action::OpenPostPage(PostToken("gZd7omnS".to_owned())));
    }

    #[test]
    fn a_button_without_words_is_refused() {
        assert_eq!(grid("Yes | | No"), Err(Refusal::CaptionEmpty));
        assert!(grid("").unwrap().is_empty());
    }
}
