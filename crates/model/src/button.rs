//! Buttons below a message, at most three rows of three.

use crate::limits::{ACTION_MAX_BYTES, BUTTON_ROWS_MAX, BUTTONS_PER_ROW_MAX, CAPTION_MAX_CHARS};
use crate::{PostToken, Refusal, Side};

/// What a tap on a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Opens this address.
    OpenDirectLink(String),
    /// Asks the app's server for an address; carries a JSON object, kept as it came.
    OpenServerLink(String),
    /// The same as it was asked before version 2, for buttons of the oldest sends.
    OpenLegacyServerLink(String),
    /// Asks the app's server what to do; carries a JSON object, kept as it came.
    GetDynamicAction(String),
    /// Opens a post.
    OpenPostPage(PostToken),
    /// Opens the page where a post is managed.
    OpenPostManagePage(PostToken),
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// The words on it.
    pub caption: String,
    /// The name of its picture, kept as it came: programs send names that no list has.
    pub icon: Option<String>,
    /// The same under its older key.
    pub icon_name: Option<String>,
    /// What a tap does.
    pub action: Action,
}

/// Rows of buttons, none of them empty. A grid may have no rows at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ButtonGrid {
    rows: Vec<Vec<Button>>,
}

impl ButtonGrid {
    /// A grid of at most three rows of at most three buttons; empty rows are dropped.
    pub fn new(rows: Vec<Vec<Button>>) -> Result<Self, Refusal> {
        if rows.len() > BUTTON_ROWS_MAX {
            return Err(Refusal::TooManyButtonRows { rows: rows.len() });
        }
        for row in &rows {
            if row.len() > BUTTONS_PER_ROW_MAX {
                return Err(Refusal::TooManyButtonsInRow { buttons: row.len() });
            }
            row.iter().try_for_each(Button::check)?;
        }
        Ok(Self { rows: rows.into_iter().filter(|row| !row.is_empty()).collect() })
    }

    /// Takes back a grid that was checked when it was stored.
    pub fn stored(rows: Vec<Vec<Button>>) -> Self {
        Self { rows }
    }

    /// The rows, from top to bottom.
    pub fn rows(&self) -> &[Vec<Button>] {
        &self.rows
    }

    /// Whether there is nothing to tap.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The button counted from one, along the rows.
    pub fn nth(&self, number: usize) -> Option<&Button> {
        self.rows.iter().flatten().nth(number.checked_sub(1)?)
    }
}

impl Button {
    fn check(&self) -> Result<(), Refusal> {
        let payload = match &self.action {
            Action::OpenDirectLink(text)
            | Action::OpenServerLink(text)
            | Action::OpenLegacyServerLink(text)
            | Action::GetDynamicAction(text)
            | Action::OpenPostPage(PostToken(text))
            | Action::OpenPostManagePage(PostToken(text)) => text,
        };
        let icons = [&self.icon, &self.icon_name].into_iter().flatten();
        let texts = icons.chain([&self.caption, payload]);
        if self.caption.trim().is_empty() {
            Err(Refusal::CaptionEmpty)
        } else if self.caption.chars().count() > CAPTION_MAX_CHARS {
            Err(Refusal::CaptionTooLong)
        } else if texts.clone().any(|text| text.len() > ACTION_MAX_BYTES) {
            Err(Refusal::ButtonTooLarge)
        } else if texts.into_iter().any(|text| text.contains('\0')) {
            Err(Refusal::TextHasNul)
        } else {
            Ok(())
        }
    }
}

/// The buttons of a message: each side sees its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Buttons {
    /// What the buyer sees.
    pub buyer: ButtonGrid,
    /// What the seller sees.
    pub seller: ButtonGrid,
}

impl Buttons {
    /// No buttons for anybody.
    pub fn none() -> Self {
        Self::default()
    }

    /// Buttons for the one who sends from `side`, and for the one who receives.
    pub fn from_sender(side: Side, sender: ButtonGrid, receiver: ButtonGrid) -> Self {
        match side {
            Side::Buyer => Self { buyer: sender, seller: receiver },
            Side::Seller => Self { buyer: receiver, seller: sender },
        }
    }

    /// What this side sees.
    pub fn seen_by(&self, side: Side) -> &ButtonGrid {
        match side {
            Side::Buyer => &self.buyer,
            Side::Seller => &self.seller,
        }
    }

    /// Whether nobody sees any.
    pub fn is_empty(&self) -> bool {
        self.buyer.is_empty() && self.seller.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(caption: &str) -> Button {
        let action = Action::OpenDirectLink("https://example.com".into());
        Button { caption: caption.into(), icon: None, icon_name: None, action }
    }

    fn grid(rows: usize, per_row: usize) -> Result<ButtonGrid, Refusal> {
        ButtonGrid::new(vec![vec![button("ok"); per_row]; rows])
    }

    #[test]
    fn three_by_three_fits_and_a_fourth_row_or_button_does_not() {
        assert_eq!(grid(3, 3).unwrap().rows().len(), 3);
        assert_eq!(grid(4, 1), Err(Refusal::TooManyButtonRows { rows: 4 }));
        assert_eq!(grid(1, 4), Err(Refusal::TooManyButtonsInRow { buttons: 4 }));
    }

    #[test]
    fn empty_rows_are_no_rows() {
        assert!(grid(0, 0).unwrap().is_empty());
        assert!(grid(2, 0).unwrap().is_empty());
    }

    #[test]
    fn a_caption_is_counted_in_code_points() {
        let longest = "🎲".repeat(CAPTION_MAX_CHARS);
        assert!(ButtonGrid::new(vec![vec![button(&longest)]]).is_ok());
        let longer = longest + "🎲";
        assert_eq!(ButtonGrid::new(vec![vec![button(&longer)]]), Err(Refusal::CaptionTooLong));
        assert_eq!(ButtonGrid::new(vec![vec![button(" ")]]), Err(Refusal::CaptionEmpty));
    }

    #[test]
    fn each_side_sees_its_own_buttons() {
        let mine = grid(1, 1).unwrap();
        let theirs = grid(2, 1).unwrap();
        let buttons = Buttons::from_sender(Side::Seller, mine.clone(), theirs.clone());
        assert_eq!(buttons.seen_by(Side::Seller), &mine);
        assert_eq!(buttons.seen_by(Side::Buyer), &theirs);
    }

    #[test]
    fn buttons_are_counted_along_the_rows() {
        let grid =
            ButtonGrid::new(vec![vec![button("1"), button("2")], vec![button("3")]]).unwrap();
        assert_eq!(grid.nth(3).map(|button| button.caption.as_str()), Some("3"));
        assert_eq!(grid.nth(0), None);
        assert_eq!(grid.nth(4), None);
    }
}
