//! Tic-tac-toe on a grid of three by three buttons, each of which asks this program what to do.
//!
//! `cargo run -p peyk-client --features receiver-axum --example tic_tac_toe`, beside a running `peyk` whose app has
//! `http://127.0.0.1:3000/webhook` and `http://127.0.0.1:3000/action` as its addresses, as the demo World's has.

use peyk_client::bot::{Bot, Press, Reply, Source, Talk};
use peyk_client::kenar::{Button, ButtonGrid};
use peyk_client::{Kenar, Result};
use serde::{Deserialize, Serialize};

/// Nine cells: `_` is free, `x` is the person, `o` is the program.
type Board = [char; 9];

const LINES: [[usize; 3]; 8] =
    [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

/// What a button carries: the board it lies under, and its cell. Values are texts, as most apps have them.
#[derive(Serialize, Deserialize)]
struct Move {
    board: String,
    cell: String,
}

impl Move {
    fn read(&self) -> Option<(Board, usize)> {
        let board: Vec<char> = self.board.chars().collect();
        let cell = self.cell.parse().ok().filter(|cell| *cell < 9)?;
        Some((board.try_into().ok()?, cell))
    }
}

fn wins(board: &Board, sign: char) -> bool {
    LINES.iter().any(|line| line.iter().all(|cell| board[*cell] == sign))
}

/// Wins if it can, prevents a loss if it must, and else takes the best free cell.
fn answer(board: &Board) -> Option<usize> {
    let free = || [4, 0, 2, 6, 8, 1, 3, 5, 7].into_iter().filter(|cell| board[*cell] == '_');
    let completes = |sign| {
        free().find(|cell| {
            let mut tried = *board;
            tried[*cell] = sign;
            wins(&tried, sign)
        })
    };
    completes('o').or_else(|| completes('x')).or_else(|| free().next())
}

fn grid(board: &Board) -> Result<ButtonGrid> {
    let button = |cell: usize| {
        let caption = match board[cell] {
            'x' => "❌",
            'o' => "⭕",
            _ => "▫️",
        };
        Button::dynamic(caption, Move { board: board.iter().collect(), cell: cell.to_string() })
    };
    let row =
        |from| Ok::<_, peyk_client::Error>([button(from)?, button(from + 1)?, button(from + 2)?]);
    Ok([row(0)?, row(3)?, row(6)?].into())
}

/// Puts the person's sign and the program's own, and tells how the game stands.
fn play(board: &mut Board, cell: usize) -> &'static str {
    board[cell] = 'x';
    if wins(board, 'x') {
        return "شما بردید!";
    }
    let Some(cell) = answer(board) else { return "مساوی!" };
    board[cell] = 'o';
    if wins(board, 'o') {
        "من بردم!"
    } else if board.contains(&'_') {
        "نوبت شماست."
    } else {
        "مساوی!"
    }
}

async fn begin(talk: Talk<bool>) -> Result<()> {
    talk.reply(Reply::text("بازی؟").buttons(grid(&['_'; 9])?)).await
}

async fn pressed(press: Press<bool>, played: Move) -> Result<&'static str> {
    let Some((mut board, cell)) = played.read() else {
        return Ok("این دکمه از بازی دیگری است.");
    };
    if wins(&board, 'x') || wins(&board, 'o') {
        return Ok("این بازی تمام شده است.");
    }
    if board[cell] != '_' {
        return Ok("این خانه پر است.");
    }
    let text = play(&mut board, cell);
    press.reply(Reply::text(text).buttons(grid(&board)?)).await?;
    Ok(text)
}

#[tokio::main]
async fn main() -> Result<()> {
    let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build()?;
    let source = Source::kenar_webhook(kenar, "127.0.0.1:3000", "echo-identification").await?;
    // Whether a chat was told how to begin.
    let mut bot = Bot::<bool>::new();
    bot.on_command("start", begin);
    bot.on_text(|talk| async move {
        if talk.text().contains("بازی") || !talk.state().await? {
            talk.keep(true).await?;
            return begin(talk).await;
        }
        Ok(())
    });
    bot.on_button(pressed);
    bot.run([source]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays every game there is from here on.
    fn play_all(board: Board) -> usize {
        (0..9).filter(|cell| board[*cell] == '_').fold(0, |games, cell| {
            let mut next = board;
            match play(&mut next, cell) {
                "نوبت شماست." => games + play_all(next),
                "شما بردید!" => panic!("the program lost: {next:?}"),
                _ => games + 1,
            }
        })
    }

    #[test]
    fn the_program_loses_no_game() {
        assert!(play_all(['_'; 9]) > 100);
    }

    #[test]
    fn moves_are_read_as_they_are_written_and_no_other() {
        let board = ['x', '_', '_', '_', 'o', '_', '_', '_', '_'];
        let played = |board: &str, cell: &str| Move { board: board.into(), cell: cell.into() };
        assert_eq!(played("x___o____", "8").read(), Some((board, 8)));
        for (board, cell) in [("x", "1"), ("x___o____", "9"), ("x___o____", "one")] {
            assert_eq!(played(board, cell).read(), None);
        }
    }
}
