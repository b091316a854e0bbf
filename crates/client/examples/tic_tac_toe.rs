//! Tic-tac-toe on a grid of three by three buttons, each of which asks this program what to do.
//!
//! `cargo run -p peyk-client --features receiver-axum --example tic_tac_toe`, beside a running `peyk` whose app has
//! `http://127.0.0.1:3000/webhook` and `http://127.0.0.1:3000/action` as its addresses, as the demo World's has.

use peyk_client::events::axum::{kenar_buttons, kenar_events};
use peyk_client::events::{
    DynamicActionRequest, DynamicActionResponse, KenarEvent, KenarReceiver, Pressed,
};
use peyk_client::kenar::{BotMessage, Button, ButtonGrid};
use peyk_client::{Kenar, Result};
use serde_json::json;

/// Nine cells: `_` is free, `x` is the person, `o` is the program.
type Board = [char; 9];

const LINES: [[usize; 3]; 8] =
    [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

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
    let text: String = board.iter().collect();
    let button = |cell: usize| {
        let caption = match board[cell] {
            'x' => "❌",
            'o' => "⭕",
            _ => "▫️",
        };
        Button::dynamic(caption, json!({ "board": text, "cell": cell.to_string() }))
    };
    let row =
        |from| Ok::<_, peyk_client::Error>([button(from)?, button(from + 1)?, button(from + 2)?]);
    Ok([row(0)?, row(3)?, row(6)?].into())
}

fn read(pressed: &DynamicActionRequest) -> Option<(Board, usize)> {
    let data = pressed.extra_data.to_map()?;
    let text = |name: &str| data.get(name)?.as_str();
    let board: Vec<char> = text("board")?.chars().collect();
    let cell = text("cell")?.parse().ok().filter(|cell| *cell < 9)?;
    Some((board.try_into().ok()?, cell))
}

async fn play(kenar: Kenar, pressed: DynamicActionRequest) -> Result<DynamicActionResponse> {
    let says = |text: &str| DynamicActionResponse { text_message: Some(text.into()), action: None };
    let (Some((mut board, cell)), Some(chat)) = (read(&pressed), &pressed.conversation_id) else {
        return Ok(says("?"));
    };
    if board[cell] != '_' {
        return Ok(says("این خانه پر است."));
    }
    board[cell] = 'x';
    let mut text = "نوبت شماست.";
    if wins(&board, 'x') {
        text = "شما بردید!";
    } else if let Some(cell) = answer(&board) {
        board[cell] = 'o';
        if wins(&board, 'o') {
            text = "من بردم!";
        }
    } else {
        text = "مساوی!";
    }
    let message = BotMessage::text(text)?.buttons(grid(&board)?);
    kenar.bot_send(&chat.as_str().into(), message).await?;
    Ok(says(text))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let kenar = Kenar::builder("echo-key").peyk("http://127.0.0.1:8080").build();
    let kenar = kenar.map_err(std::io::Error::other)?;
    let receiver = KenarReceiver::new("echo-identification");
    let (starter, player) = (kenar.clone(), kenar);
    let events = kenar_events(receiver.clone(), move |event| {
        let kenar = starter.clone();
        async move {
            if let KenarEvent::BotMessage(message) = event {
                let board = BotMessage::text("بازی؟")?.buttons(grid(&['_'; 9])?);
                kenar.bot_send(&message.conversation.id, board).await?;
            }
            Ok(())
        }
    });
    let buttons = kenar_buttons(receiver, move |pressed| {
        let kenar = player.clone();
        async move {
            match pressed {
                Pressed::DynamicAction(pressed) => play(kenar, pressed).await,
                Pressed::ServerLink(_) => Ok(DynamicActionResponse::default()),
            }
        }
    });
    let router =
        axum::Router::new().nest_service("/webhook", events).nest_service("/action", buttons);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, router).await
}
