//! Handing over to a person: which tier takes it, and when the customer hears from us.

use jiff::Timestamp;

use super::phrases::{Phrases, fill};
use crate::domain::escalation::Tier;
use crate::domain::policy::BusinessRules;

/// Until when a ticket of this tier is answered.
pub fn due_at(tier: Tier, now: Timestamp, rules: &BusinessRules) -> Timestamp {
    let local = now.to_zoned(rules.calendar.time_zone.clone()).datetime();
    let promise = rules.escalation.tier(tier);
    match promise.closed_minutes.filter(|_| !rules.calendar.is_open(local)) {
        Some(minutes) => now.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap_or(now),
        None => crate::orders::desk::due(now, promise.answer_minutes, rules),
    }
}

/// "within 30 minutes", "within 2 hours", "soon after we open on Monday at 8:00 am".
pub fn when(tier: Tier, now: Timestamp, rules: &BusinessRules, phrases: &Phrases) -> String {
    let zone = &rules.calendar.time_zone;
    let local = now.to_zoned(zone.clone()).datetime();
    let promise = rules.escalation.tier(tier);
    let minutes = match (rules.calendar.is_open(local), promise.closed_minutes) {
        (true, _) => promise.answer_minutes,
        (false, Some(minutes)) => minutes,
        (false, None) => {
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
