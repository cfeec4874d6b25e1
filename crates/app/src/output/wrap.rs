//! Long lines in pieces that fit.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Pieces no wider than `room`, broken at spaces where that wastes less than half a line.
pub(crate) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.width() > room {
        let end = fitting(rest, room);
        let (head, _) = rest.split_at(end);
        let space = head.rfind(' ').filter(|at| head[..*at].width() * 2 > room);
        let cut = space.map_or(end, |at| at + 1);
        pieces.push(rest[..cut].trim_end().to_owned());
        rest = &rest[cut..];
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

/// Bytes of the beginning that fits; at least one character, so that there is an end.
fn fitting(text: &str, room: usize) -> usize {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > room && at > 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_wrapped_and_nothing_is_lost() {
        assert_eq!(wrapped("alpha beta gamma", 11), ["alpha beta", "gamma"]);
        assert_eq!(wrapped("/a/very/long/path", 6), ["/a/ver", "y/long", "/path"]);
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
        assert_eq!(wrapped("日", 1), ["日"]);
        assert_eq!(wrapped("", 5), [""]);
        for room in 1..30 {
            let text = "a bb ccc /dddd/eeeee ffffff";
            let joined: String = wrapped(text, room).concat();
            assert_eq!(joined.replace(' ', ""), text.replace(' ', ""), "{room}");
        }
    }
}
