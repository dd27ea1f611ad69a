//! Handing over to a person: opening the ticket, being silent while the person answers, and going on afterwards.

use super::TurnError;
use super::engine::{Engine, Turn};
use super::escalate;
use super::phrases::fill;
use super::response::Response;
use super::state::{OpenTicket, SessionState};
use super::understand::Understood;
use super::validate::largest_amount;
use crate::domain::answer::Action;
use crate::domain::escalation::{EscalationReason, NewTicket, Ticket, Tier};
use crate::domain::handover::{Answers, asks_for_assistant, who_answers};
use crate::domain::ids::{OrderId, TicketId};
use crate::domain::pii;
use crate::domain::tone::Tone;
use crate::nlu::sentiment::triggers;
use crate::store::Effect;

/// Characters of the customer's words in a ticket's summary.
const SUMMARY_CHARS: usize = 280;

/// Who has the floor when a message comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Floor {
    /// The assistant answers.
    Assistant,
    /// The assistant answers, because nobody else did in time.
    Again(TicketId),
    /// The customer asked for the assistant while waiting for a person.
    Returned(TicketId),
    /// A person was asked for and will come.
    Waiting(TicketId),
    /// A person answers.
    Person,
}

impl Engine {
    /// Who has the floor; forgets a ticket that was closed meanwhile.
    pub(super) async fn floor(&self, state: &mut SessionState, text: &str) -> Result<Floor, TurnError> {
        let Some(open) = state.ticket else { return Ok(Floor::Assistant) };
        let id = TicketId(open.id);
        let ticket = self.store.ticket(id).await?.filter(|ticket| ticket.resolved.is_none());
        let Some(ticket) = ticket else {
            state.ticket = None;
            return Ok(Floor::Assistant);
        };
        let floor = match who_answers(&ticket, self.clock.now()) {
            Answers::Assistant => Floor::Assistant,
            Answers::Person => Floor::Person,
            Answers::Waiting if self.raises(&ticket, text) => Floor::Assistant,
            Answers::Waiting if !asks_for_assistant(text) => Floor::Waiting(id),
            Answers::Waiting => Floor::Returned(id),
            Answers::AssistantAgain => Floor::Again(id),
        };
        if matches!(floor, Floor::Again(_) | Floor::Returned(_)) {
            self.store.hand_back(id).await?;
        }
        Ok(floor)
    }

    /// What the assistant says when it has not got the floor.
    pub(super) fn aside(&self, turn: &Turn<'_>, floor: Floor) -> Option<Response> {
        let phrases = &turn.rules.phrases;
        let mut state = turn.state.clone();
        let (action, phrase, ticket) = match floor {
            Floor::Assistant | Floor::Again(_) => return None,
            Floor::Person => return Some(silence(turn)),
            Floor::Returned(ticket) => (Action::SmallTalk, &phrases.assistant_back, ticket),
            Floor::Waiting(ticket) if turn.before.told_to_wait => {
                (Action::Silent, &phrases.person_still, ticket)
            }
            Floor::Waiting(ticket) => (Action::Silent, &phrases.person_comes, ticket),
        };
        state.told_to_wait = action == Action::Silent;
        let text = fill(phrase, &[("ticket", &ticket.to_string())]);
        let mut response = Response::say(action, Tone::Calm, text, state);
        if action != Action::Silent {
            self.remind_of_draft(turn, &mut response);
        }
        Some(response)
    }

    /// Hands over to a person; a draft is kept.
    pub(super) fn hand_over(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        reason: EscalationReason,
    ) -> Response {
        let mut response = ticket(turn, understood, reason);
        if !leaves_to_person(reason) {
            self.remind_of_draft(turn, &mut response);
        } else if turn.state.has_draft() {
            response.append(&turn.rules.phrases.draft_waits);
        }
        response
    }

    /// Whether a message needs somebody higher than the ticket's tier.
    fn raises(&self, ticket: &Ticket, text: &str) -> bool {
        let rules = self.rules.load();
        let rules = &rules.rules.escalation;
        let heard = triggers(text, &rules.words);
        let reason = [(heard.safety, EscalationReason::Safety), (heard.legal, EscalationReason::Legal)];
        reason.into_iter().any(|(found, reason)| found && rules.taken_by(reason) > ticket.ticket.tier)
    }

    /// Passes on a question that the policies do not answer. The assistant goes on meanwhile.
    pub(super) fn pass_on(&self, turn: &Turn<'_>, understood: &Understood) -> Response {
        let mut response = open(turn, understood, EscalationReason::CustomerRequest, false);
        self.remind_of_draft(turn, &mut response);
        response
    }
}

/// Nothing: a person answers.
pub(super) fn silence(turn: &Turn<'_>) -> Response {
    Response::say(Action::Silent, Tone::Calm, "", turn.before.clone())
}

/// Whether the customer waits for the person from here on, and not for a call about something.
fn leaves_to_person(reason: EscalationReason) -> bool {
    match reason {
        EscalationReason::CustomerRequest
        | EscalationReason::RepeatedAnger
        | EscalationReason::NotUnderstood
        | EscalationReason::Safety
        | EscalationReason::Legal
        | EscalationReason::Media => true,
        EscalationReason::Complaint
        | EscalationReason::Urgent
        | EscalationReason::OrderReview
        | EscalationReason::BeyondAuthority => false,
    }
}

/// Opens a ticket, or points to the one that is open already.
pub(super) fn ticket(turn: &Turn<'_>, understood: &Understood, reason: EscalationReason) -> Response {
    open(turn, understood, reason, leaves_to_person(reason))
}

fn open(turn: &Turn<'_>, understood: &Understood, reason: EscalationReason, silences: bool) -> Response {
    let (p, rules) = (&turn.rules.phrases, &turn.rules.rules);
    let tier = tier_for(turn, understood, reason);
    let mut state = turn.state.clone();
    state.misunderstood = 0;
    state.unsure = 0;
    let when = escalate::when(tier, turn.now, rules, p);
    let who = escalate::who(tier, p);
    let tone = if reason == EscalationReason::Complaint { Tone::Empathetic } else { Tone::Calm };
    if let Some(open) = state.ticket.filter(|open| open.tier >= tier.number()) {
        let ticket = open.id.to_string();
        let text = fill(&p.escalate_known, &[("ticket", &ticket), ("who", who), ("when", &when)]);
        let mut known = Response::say(Action::Escalate, tone, text, state);
        if silences {
            known.effect = Effect::Summon(TicketId(open.id));
        }
        return known;
    }
    let phrase = match reason {
        EscalationReason::Complaint | EscalationReason::RepeatedAnger => &p.complaint,
        EscalationReason::Safety => &p.safety,
        EscalationReason::Legal | EscalationReason::Media => &p.escalate_legal,
        EscalationReason::NotUnderstood => &p.not_understood_person,
        _ => &p.escalate,
    };
    // The ticket's number is known only when it is stored, so `{ticket}` stays until then.
    let text = fill(phrase, &[("who", who), ("when", &when)]);
    let ticket = NewTicket {
        session: Some(turn.session.clone()),
        tier,
        reason,
        summary: summary(&understood.text),
        order: understood.order_number.or(state.last_order).map(OrderId),
        due_at: escalate::due_at(tier, turn.now, rules),
        silences,
    };
    let mut response = Response::say(Action::Escalate, tone, text, state);
    response.effect = Effect::OpenTicket(ticket);
    response.complete = Some(Box::new(|outcome, reply, state| {
        if let Some(ticket) = &outcome.ticket {
            reply.message = fill(&reply.message, &[("ticket", &ticket.id.to_string())]);
            state.told_to_wait = false;
            state.ticket = Some(OpenTicket { id: ticket.id.0, tier: ticket.ticket.tier.number() });
        }
    }));
    response
}

/// Who takes it: whoever the rules name for the reason and the class of the message, and may decide on the amount.
fn tier_for(turn: &Turn<'_>, understood: &Understood, reason: EscalationReason) -> Tier {
    let rules = &turn.rules.rules.escalation;
    let own = understood.intent.own.as_deref().and_then(|class| rules.intents.get(class)).copied();
    let asked = if understood.wants_manager { Tier::Manager } else { Tier::Agent };
    let tier = rules.taken_by(reason).max(asked).max(own.unwrap_or(Tier::Agent));
    largest_amount(&understood.text).map_or(tier, |amount| rules.deciding(tier, amount))
}

/// The customer's words for the person who takes the ticket, without personal data, and short.
fn summary(text: &str) -> String {
    let scrubbed = pii::scrub(text);
    let mut short: String = scrubbed.chars().take(SUMMARY_CHARS).collect();
    if scrubbed.chars().count() > SUMMARY_CHARS {
        short.push('…');
    }
    short
}
