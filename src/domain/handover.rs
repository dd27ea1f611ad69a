//! Who answers in a conversation: the assistant, or a person who was asked for or has taken it over.

use jiff::{SignedDuration, Timestamp};

use super::escalation::{Ticket, TicketStatus};

/// After this long without a word of the person who took a conversation, the assistant goes on: a working day, so
/// that a conversation that was forgotten is not silent for ever.
const PERSON_IDLE: SignedDuration = SignedDuration::from_hours(12);

/// Who answers the next message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// The assistant.
    Assistant,
    /// The assistant again: nobody came within the time that was promised, or the person has been silent for long.
    AssistantAgain,
    /// A person was asked for and has not come yet; the assistant says no more than that.
    Waiting,
    /// A person: the assistant says nothing.
    Person,
}

/// Who answers in a conversation with this ticket at this moment.
pub fn who_answers(ticket: &Ticket, now: Timestamp) -> Answers {
    if ticket.status == TicketStatus::Resolved || !ticket.ticket.silences {
        return Answers::Assistant;
    }
    match &ticket.taken {
        Some(taken) if now.duration_since(taken.active_at) > PERSON_IDLE => Answers::AssistantAgain,
        Some(_) => Answers::Person,
        None if now > ticket.ticket.due_at => Answers::AssistantAgain,
        None => Answers::Waiting,
    }
}

/// Whether the customer would rather go on with the assistant, and says nothing else: "assistant", "back to the bot".
pub fn asks_for_assistant(text: &str) -> bool {
    const ITS_NAMES: [&str; 3] = ["assistant", "bot", "chatbot"];
    const AROUND: [&str; 18] = [
        "back", "to", "the", "go", "please", "continue", "with", "use", "talk", "on", "ok", "okay", "yes",
        "want", "i", "my", "again", "your",
    ];
    let mut named = false;
    let only = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let word = word.to_lowercase();
        let name = ITS_NAMES.contains(&word.as_str());
        named |= name;
        name || AROUND.contains(&word.as_str())
    });
    only && named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::escalation::{EscalationReason, NewTicket, Taken, Tier};
    use crate::domain::ids::TicketId;

    #[test]
    fn every_state_has_a_way_out() {
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let mut ticket = Ticket {
            id: TicketId(1),
            ticket: NewTicket {
                session: None,
                tier: Tier::Agent,
                reason: EscalationReason::CustomerRequest,
                summary: String::new(),
                order: None,
                due_at: at(30),
                silences: true,
            },
            status: TicketStatus::Open,
            created_at: at(0),
            taken: None,
            resolved: None,
        };
        assert_eq!(who_answers(&ticket, at(30)), Answers::Waiting);
        assert_eq!(who_answers(&ticket, at(31)), Answers::AssistantAgain);
        ticket.taken = Some(Taken { by: "token:1".into(), at: at(10), active_at: at(40) });
        assert_eq!(who_answers(&ticket, at(60)), Answers::Person, "late or not, somebody is there");
        assert_eq!(who_answers(&ticket, at(41 + 12 * 60)), Answers::AssistantAgain);
        // The clock was set back: nothing is late.
        assert_eq!(who_answers(&ticket, at(-60)), Answers::Person);
        ticket.status = TicketStatus::Resolved;
        assert_eq!(who_answers(&ticket, at(41)), Answers::Assistant);
        ticket.status = TicketStatus::Open;
        ticket.ticket.silences = false;
        assert_eq!(who_answers(&ticket, at(41)), Answers::Assistant);
    }

    #[test]
    fn the_assistant_is_asked_for() {
        let check = |text: &str, expected: bool| assert_eq!(asks_for_assistant(text), expected, "{text}");
        check("assistant", true);
        check("Back to the bot please", true);
        check("no bot!", false);
        check("are you a bot?", false);
        check("the assistant manager please", false);
        check("I want a person, not a bot", false);
        check("is anybody there", false);
    }
}
