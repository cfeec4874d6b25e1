//! What viewers send: bounded in size and number, and nothing but what is agreed.

use axum::extract::ws::Message;
use std::time::{Duration, Instant};
use wire::browser::request::ViewerMessage;

/// Bytes of a message at most.
const MESSAGE_MAX: usize = 4096;
/// What is read before a message is refused unseen.
pub(super) const READ_MAX: usize = 2 * MESSAGE_MAX;
/// Messages a second.
const RATE_MAX: u32 = 20;

/// What became of a message.
#[derive(Debug, PartialEq)]
pub(super) enum Received {
    /// Something to do.
    Wish(ViewerMessage),
    /// A sign of life.
    Alive,
    /// The viewer is going.
    Closes,
    /// It broke the agreement: how.
    Breach(&'static str),
}

/// Counts one viewer's messages.
pub(super) struct Inbox {
    second: Instant,
    count: u32,
}

impl Inbox {
    pub(super) fn new(now: Instant) -> Self {
        Self { second: now, count: 0 }
    }

    pub(super) fn receive(&mut self, message: &Message, now: Instant) -> Received {
        if now.saturating_duration_since(self.second) >= Duration::from_secs(1) {
            *self = Self::new(now);
        }
        self.count += 1;
        if self.count > RATE_MAX {
            return Received::Breach("more than 20 messages a second");
        }
        match message {
            Message::Text(text) if text.len() > MESSAGE_MAX => {
                Received::Breach("a message of more than 4096 bytes")
            }
            Message::Text(text) => serde_json::from_str(text)
                .map_or(Received::Breach("not a message of this protocol"), Received::Wish),
            Message::Binary(_) => Received::Breach("messages are JSON text"),
            Message::Ping(_) | Message::Pong(_) => Received::Alive,
            Message::Close(_) => Received::Closes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_and_everything_else_is_a_breach() {
        let now = Instant::now();
        let mut inbox = Inbox::new(now);
        let mut receive = |text: &str| inbox.receive(&Message::Text(text.into()), now);
        let wish = receive(r#"{"resync":true}"#);
        assert_eq!(wish, Received::Wish(ViewerMessage::Resync(true)));
        assert!(matches!(receive(r#"{"interest":{"processes":[1]}}"#), Received::Wish(_)));
        for text in ["", "{}", "7", r#"{"resync":1}"#, r#"{"shout":true}"#] {
            assert!(matches!(receive(text), Received::Breach(_)), "{text}");
        }
        let long = format!(r#"{{"interest":{{"processes":[{}1]}}}}"#, "1,".repeat(2048));
        assert!(matches!(receive(&long), Received::Breach(_)));
        let binary = Message::Binary(bytes::Bytes::from_static(b"{}"));
        assert!(matches!(inbox.receive(&binary, now), Received::Breach(_)));
    }

    #[test]
    fn twenty_messages_a_second_pass() {
        let now = Instant::now();
        let mut inbox = Inbox::new(now);
        let message = Message::Text(r#"{"pause":true}"#.into());
        for _ in 0..20 {
            assert!(matches!(inbox.receive(&message, now), Received::Wish(_)));
        }
        assert!(matches!(inbox.receive(&message, now), Received::Breach(_)));
        let later = now + Duration::from_secs(1);
        assert!(matches!(inbox.receive(&message, later), Received::Wish(_)));
    }
}
