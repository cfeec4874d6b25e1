//! Names that come from processes: any bytes, shown so that they can be told apart again.

use std::fmt::Write;

/// Kernel bytes as text. What is not UTF-8 becomes `\xHH`, and a literal `\x` becomes `\x5cx`, so
/// that two different names never look the same.
#[must_use]
pub fn from_kernel(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        if valid.contains("\\x") {
            text.push_str(&valid.replace("\\x", "\\x5cx"));
        } else {
            text.push_str(valid);
        }
        chunk.invalid().iter().for_each(|&byte| push_escape(&mut text, byte));
    }
    text
}

/// Text for a terminal or a log: control characters become `\xHH`, byte by byte of their UTF-8,
/// so that a process name can neither move the cursor nor forge a line. Characters that reorder
/// or hide others (bidirectional controls, zero-width) are escaped likewise.
#[must_use]
pub fn for_terminal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible(character) {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                push_escape(&mut shown, byte);
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn push_escape(text: &mut String, byte: u8) {
    let _ = write!(text, "\\x{byte:02x}"); // writing to a String cannot fail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_utf8_is_kept_reversibly() {
        assert_eq!(from_kernel(b"a\xffb"), "a\\xffb");
        assert_eq!(from_kernel(b"a\\xffb"), "a\\x5cxffb");
        assert_eq!(from_kernel("größe".as_bytes()), "größe");
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(for_terminal("a\x1b[31m\n\u{9b}"), "a\\x1b[31m\\x0a\\xc2\\x9b");
        assert_eq!(for_terminal("a\u{202e}b"), "a\\xe2\\x80\\xaeb");
        for hidden in ['\u{ad}', '\u{61c}', '\u{206a}', '\u{e0041}'] {
            assert_ne!(for_terminal(&hidden.to_string()), hidden.to_string(), "{hidden:?}");
        }
    }
}
