//! Icons: small pictures beside words, never in place of them.

use std::fmt;

/// A picture as HTML, hidden from those who listen.
#[derive(Debug, Clone, Copy)]
pub struct Icon(&'static str);

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">\
             <path d=\"{}\"/></svg>",
            self.0
        )
    }
}

impl askama::filters::HtmlSafe for Icon {}

/// The picture with this name, or a dot.
pub fn icon(name: &str) -> Icon {
    Icon(match name {
        "try" => "M4 5h10v8H8l-4 4zM17 9h3v11l-3-3h-7v-1",
        "chats" => "M4 5h16M4 12h16M4 19h10",
        "deliveries" => "M3 12h11M10 7l5 5-5 5M19 5v14",
        "apps" => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
        "sandbox" => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 3",
        "access" => "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
        "settings" => "M4 7h9M17 7h3M15 4.500v5M4 17h3M11 17h9M9 14.500v5",
        "send" => "M4 12l16-8-6 16-3-7z",
        "attach" => "M8 12l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l8-8",
        "place" => "M12 21s7-6.500 7-12a7 7 0 0 0-14 0c0 5.500 7 12 7 12M12 7v4",
        "contact" => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 4-6 8-6s8 2 8 6",
        "block" => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M6 6l12 12",
        "bot" => "M5 9h14v10H5zM12 9V5M9 13v2M15 13v2M2 13v3M22 13v3",
        "shop" => "M4 10v10h16V10M3 10l2-6h14l2 6zM10 20v-5h4v5",
        "person" => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 4-6 8-6s8 2 8 6",
        "back" => "M15 5l-7 7 7 7",
        "out" => "M4 12h14M13 7l5 5-5 5",
        "in" => "M20 12H6M11 7l-5 5 5 5",
        "copy" => "M9 9h11v11H9zM5 15H4V4h11v1",
        "again" => "M20 12a8 8 0 1 1-3-6.200M20 3v4h-4",
        "stop" => "M6 6l12 12M18 6L6 18",
        "play" => "M7 4l12 8-12 8z",
        "pause" => "M8 5v14M16 5v14",
        "search" => "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5",
        "file" => "M6 3h8l4 4v14H6zM14 3v4h4",
        "link" => {
            "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"
        }
        "done" => "M5 12l5 5 9-10",
        "care" => "M12 4l9 16H3zM12 10v4M12 17v.500",
        "plus" => "M12 5v14M5 12h14",
        "hear" => "M12 4v2M6 17V11a6 6 0 0 1 12 0v6zM4 17h16M10 20h4",
        "magic" => "M5 19L15 9M17 3v4M15 5h4M19 11v4M17 13h4M7 4v3M5.500 5.500h3",
        _ => "M12 11v2",
    })
}
