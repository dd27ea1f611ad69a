//! Handing over to a person: which tier takes it, and when the customer hears from us.

use jiff::Timestamp;

use super::phrases::{Phrases, fill};
use crate::domain::escalation::{EscalationReason, Tier};
use crate::domain::policy::BusinessRules;

/// The tier that takes a ticket of this reason (the demo's escalation guide).
pub const fn tier_of(reason: EscalationReason) -> Tier {
    match reason {
        EscalationReason::Safety => Tier::Urgent,
        EscalationReason::Legal | EscalationReason::Media => Tier::Manager,
        EscalationReason::CustomerRequest
        | EscalationReason::Complaint
        | EscalationReason::RepeatedAnger
        | EscalationReason::NotUnderstood
        | EscalationReason::Urgent
        | EscalationReason::OrderReview
        | EscalationReason::BeyondAuthority => Tier::Agent,
    }
}

/// Minutes until a tier answers when nobody is there (the guide: tier 4 within the hour, else the next opening).
const URGENT_CLOSED_MINUTES: i64 = 60;

/// Until when a ticket of this tier is answered.
pub fn due_at(tier: Tier, now: Timestamp, rules: &BusinessRules) -> Timestamp {
    let local = now.to_zoned(rules.calendar.time_zone.clone()).datetime();
    if tier == Tier::Urgent && !rules.calendar.is_open(local) {
        let hour = jiff::SignedDuration::from_mins(URGENT_CLOSED_MINUTES);
        return now.checked_add(hour).unwrap_or(now);
    }
    crate::orders::desk::due(now, tier.answer_minutes(), rules)
}

/// "within 30 minutes", "within 2 hours", "soon after we open on Monday at 8:00 am".
pub fn when(tier: Tier, now: Timestamp, rules: &BusinessRules, phrases: &Phrases) -> String {
    let zone = &rules.calendar.time_zone;
    let local = now.to_zoned(zone.clone()).datetime();
    let open = rules.calendar.is_open(local);
    let minutes = match (tier, open) {
        (Tier::Urgent, false) => URGENT_CLOSED_MINUTES,
        (_, true) => tier.answer_minutes(),
        (_, false) => {
            let Some(opening) = rules.calendar.next_opening(local) else {
                return fill(&phrases.when_hours, &[("hours", "24")]);
            };
            let (day, time) = (opening.strftime("%A").to_string(), opening.strftime("%-I:%M %P").to_string());
            return fill(&phrases.when_closed, &[("day", &day), ("time", &time)]);
        }
    };
    if minutes % 60 == 0 && minutes > 60 {
        fill(&phrases.when_hours, &[("hours", &(minutes / 60).to_string())])
    } else {
        fill(&phrases.when_minutes, &[("minutes", &minutes.to_string())])
    }
}

/// Who answers a ticket of this tier, for the customer.
pub fn who(tier: Tier, phrases: &Phrases) -> &str {
    if tier == Tier::Manager { &phrases.who_manager } else { &phrases.who_agent }
}
