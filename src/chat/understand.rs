//! What a message says, before anything is decided: intent, order, question, mood.

use std::sync::Arc;

use super::TurnError;
use super::draft_edit;
use super::engine::{Engine, Turn};
use super::open_items;
use super::progress::Progress;
use super::signals;
use super::state::Awaiting;
use crate::domain::escalation::EscalationReason;
use crate::domain::handover::asks_for_assistant;
use crate::domain::ids::{OutletId, ProductId};
use crate::domain::intent::Intent;
use crate::domain::tone::{Sentiment, Tone};
use crate::knowledge::{Extract, Retrieval, extract};
use crate::nlu::day::named_day;
use crate::nlu::edit::{self, Confirmation, Edit};
use crate::nlu::intent::{self, IntentContext, IntentGuess, Pleasantry};
use crate::nlu::order::{self, ItemMention, OutletMention, ParseOptions, ParsedOrder, Quantity, Resolution};
use crate::nlu::placed;
use crate::nlu::sentiment as mood;
use crate::orders::Draft;

/// Small talk that needs no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmallTalk {
    /// Hello.
    Hello,
    /// How are you.
    HowAreYou,
    /// Thanks.
    Thanks,
    /// Goodbye.
    Goodbye,
    /// Who or what are you.
    About,
    /// "Ok", "got it".
    Acknowledged,
}

/// What a message says.
pub struct Understood {
    /// The words.
    pub text: String,
    /// Their meaning.
    pub vector: Arc<[f32]>,
    /// What it is for.
    pub intent: IntentGuess,
    /// How it sounds.
    pub sentiment: Sentiment,
    /// Something that must reach a person whatever else is said.
    pub alarm: Option<EscalationReason>,
    /// Whether a manager is asked for.
    pub wants_manager: bool,
    /// Yes, no or cancel, when that is what it says.
    pub confirmation: Option<Confirmation>,
    /// The pieces of an order in it.
    pub order: ParsedOrder,
    /// The number of an order that is spoken of.
    pub order_number: Option<i64>,
    /// The last four digits of a contact number.
    pub digits: Option<String>,
    /// Whether it asks something.
    pub is_question: bool,
    /// Changes of the draft's lines.
    pub edits: Vec<Edit>,
    /// Whether it answers what was asked about the draft.
    pub answers_pending: bool,
    /// Whether an order that was placed is to be changed or called off.
    pub changes_placed: bool,
    /// Whether it goes on with the order that was placed last, without naming it.
    pub goes_on: bool,
    /// Whether the draft is asked about: what is in it, its total, when it would come.
    pub asks_about_draft: bool,
    /// Hello, thanks and the like, when that is all it says.
    pub small_talk: Option<SmallTalk>,
    /// Whether it was understood with the help of the message before.
    pub leans_on_context: bool,
    /// The words that are looked up in the policies: with the question before, when this one leans on it.
    pub query: String,
}

/// Headings that are told to who watches a search.
const SHOWN_HEADINGS: usize = 3;
/// A reply of at most this many words answers what was asked and little else.
const FEW_WORDS: usize = 8;
/// A message of at most this many words may lean on the question before it ("and on Saturdays?").
const FOLLOW_UP_WORDS: usize = 6;

impl Engine {
    /// Finds out what a message says.
    pub(super) async fn understand(&self, turn: &Turn<'_>) -> Result<Understood, TurnError> {
        let english = self.in_english(turn).await;
        let text = english.as_deref().unwrap_or(turn.ask.text.as_str());
        let awaiting = turn.before.awaiting.as_ref();
        let draft = turn.state.draft().unwrap_or_default();
        let (order, edits) = order_and_edits(turn, text, &draft);
        let is_question = intent::is_question(text);
        let leans = turn.state.last_question.is_some() && leans_on_context(text);
        let query = match (&turn.state.last_question, leans) {
            (Some(before), true) => format!("{before} {text}"),
            _ => text.to_owned(),
        };
        let vector = self.embedder.embed_query(text).await?;
        let context = IntentContext {
            has_draft: turn.state.has_draft(),
            awaiting: awaiting.is_some(),
            mentions_product: order.items.iter().any(|item| !matches!(item.resolution, Resolution::Unknown)),
            mentions_quantity: order.items.iter().any(|item| item.quantity.is_some()),
            question: is_question,
        };
        let intent = turn.rules.intents.predict(text, &vector, &context);
        let order_number = signals::order_number(text, awaiting == Some(&Awaiting::OrderNumber));
        let triggers = mood::triggers(text, &turn.rules.rules.escalation.words);
        Ok(Understood {
            sentiment: mood_of(text, is_question),
            alarm: alarm(&triggers),
            wants_manager: triggers.manager,
            confirmation: edit::confirmation(text),
            digits: signals::four_digits(text, order_number),
            small_talk: small_talk(text, &intent),
            answers_pending: answers_pending(turn, text, &order, draft),
            changes_placed: changes_placed(turn, text, order_number),
            goes_on: !is_question && goes_on(turn, text, &order),
            asks_about_draft: signals::asks_about_draft(text),
            edits,
            leans_on_context: leans,
            text: text.to_owned(),
            vector,
            intent,
            order,
            order_number,
            is_question,
            query,
        })
    }

    /// The order in a message, with what only a look beyond its words tells: which of several products the outlet
    /// usually orders, and which products to offer for words that none has.
    pub(super) async fn order_of(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<ParsedOrder, TurnError> {
        self.enriched(turn, &understood.text, understood.order.clone()).await
    }

    /// The same of other words than the message's.
    pub(super) async fn enriched(
        &self,
        turn: &Turn<'_>,
        text: &str,
        mut order: ParsedOrder,
    ) -> Result<ParsedOrder, TurnError> {
        let said = match order.outlet {
            OutletMention::Outlet(id) => Some(id),
            _ => self.known_outlet(turn),
        };
        let unsure = |item: &ItemMention| item.usual || matches!(item.resolution, Resolution::Ambiguous(_));
        if let Some(outlet) = said.filter(|outlet| may_know_habits(turn, *outlet))
            && order.items.iter().any(unsure)
        {
            let usual = self.store.outlet_history(outlet).await?.usual.into_keys().collect();
            order = parse_order(turn, text, &ParseOptions { usual });
        }
        if let ([number], [product], true) = (
            order.unexplained_numbers.as_slice(),
            turn.state.spoken_of().as_slice(),
            order.items.is_empty() && !turn.state.has_draft(),
        ) && let Ok(n) = number.replace(',', "").parse()
        {
            // "I want 100", after a question about one product.
            order.items.push(ItemMention {
                text: number.clone(),
                quantity: Some(Quantity::Units(n)),
                resolution: Resolution::Product(*product),
                assumed: true,
                usual: false,
                unavailable: None,
            });
            order.unexplained_numbers.clear();
        }
        for item in &mut order.items {
            if item.resolution == Resolution::Unknown && item.unavailable.is_none() {
                let near = self.meanings.near(&turn.catalogue, &self.embedder, &item.text).await?;
                if !near.is_empty() {
                    item.resolution = Resolution::Ambiguous(near);
                }
            }
        }
        Ok(order)
    }

    /// The chunks that fit the question, and the lines in them that answer it.
    pub(super) async fn search(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<(Retrieval, Extract), TurnError> {
        let today = turn.now.to_zoned(turn.rules.rules.calendar.time_zone.clone()).date();
        let retrieval = turn.index.retrieve(&self.embedder, &understood.query, Some(today)).await?;
        let lines = extract(&retrieval);
        turn.audience.tell(|| {
            let headings = retrieval.hits.iter().take(SHOWN_HEADINGS).map(|hit| hit.evidence.heading.clone());
            Progress::Retrieval(retrieval.hits.len(), headings.collect())
        });
        Ok((retrieval, lines))
    }
}

fn parse_order(turn: &Turn<'_>, text: &str, options: &ParseOptions) -> ParsedOrder {
    order::parse(text, &turn.catalogue.product_index, &turn.catalogue.outlet_index, options)
}

/// How a message sounds. "What if a box arrives damaged?" asks about trouble that nobody has yet.
fn mood_of(text: &str, is_question: bool) -> Sentiment {
    match mood::sentiment(text) {
        Sentiment::Negative if is_question && !signals::tells_what_happened(text) => Sentiment::Neutral,
        heard => heard,
    }
}

/// What must reach a person whatever else is said; the first that applies.
fn alarm(triggers: &mood::Triggers) -> Option<EscalationReason> {
    [
        (triggers.safety, EscalationReason::Safety),
        (triggers.legal, EscalationReason::Legal),
        (triggers.media, EscalationReason::Media),
        (triggers.person, EscalationReason::CustomerRequest),
    ]
    .into_iter()
    .find_map(|(found, reason)| found.then_some(reason))
}

/// The order in a message, and the changes of the draft's lines. "Make it 300 and add 50 lids" is both.
pub(super) fn order_and_edits(turn: &Turn<'_>, text: &str, draft: &Draft) -> (ParsedOrder, Vec<Edit>) {
    let index = &turn.catalogue.product_index;
    let lines: Vec<ProductId> = draft.lines.iter().map(|line| line.product).collect();
    let parse = |text: &str| parse_order(turn, text, &ParseOptions::default());
    if matches!(turn.before.awaiting, Some(Awaiting::Outlet(_))) {
        let parsed = parse(text);
        // The words may be those of a product as well; but an outlet was asked for.
        let named = turn.catalogue.outlet_index.answer(text);
        if parsed.outlet == OutletMention::None && named != OutletMention::None {
            return (ParsedOrder { outlet: named, ..ParsedOrder::default() }, Vec::new());
        }
        return (parsed, Vec::new());
    }
    if lines.is_empty() {
        return (parse(text), Vec::new());
    }
    let edits = edit::changes(text, &lines, index);
    if !edits.is_empty() {
        return (ParsedOrder::default(), edits);
    }
    if let Some((change, addition)) = split_at_addition(text) {
        let edits = edit::changes(change, &lines, index);
        if !edits.is_empty() {
            return (parse(addition), edits);
        }
    }
    (parse(text), Vec::new())
}

/// `make it 300 and add 50 lids` → before and after the "and".
fn split_at_addition(text: &str) -> Option<(&str, &str)> {
    const CUES: [&str; 6] = [" and add ", ", add ", ". add ", "; add ", " plus ", " and also "];
    let lower = text.to_ascii_lowercase();
    CUES.iter().find_map(|cue| lower.find(cue).map(|at| (&text[..at], &text[at + cue.len()..])))
}

/// Whether an order that was placed is to be changed, not only asked about.
fn changes_placed(turn: &Turn<'_>, text: &str, order_number: Option<i64>) -> bool {
    let asks = signals::asks_for_facts(text);
    placed::changes_placed_order(text, order_number, turn.today()) && (order_number.is_some() || !asks)
}

/// Whether a message goes on with the order placed last: it opens like that, and names goods, a number or a day.
/// "Make the invoice out to my partner" does not.
fn goes_on(turn: &Turn<'_>, text: &str, order: &ParsedOrder) -> bool {
    let names_goods = !order.without.is_empty()
        || order.items.iter().any(|item| !matches!(item.resolution, Resolution::Unknown));
    let says_what = names_goods
        || text.bytes().any(|b| b.is_ascii_digit())
        || named_day(text, turn.today(), turn.today()).is_some();
    turn.state.last_order.is_some() && says_what && placed::goes_on(text)
}

/// Whether a message answers what was asked about the draft: tried on a copy of it.
fn answers_pending(turn: &Turn<'_>, text: &str, order: &ParsedOrder, mut draft: Draft) -> bool {
    match &turn.before.awaiting {
        Some(Awaiting::Outlet(_)) => {
            order.outlet != OutletMention::None || draft_edit::chosen_place(text).is_some()
        }
        asked @ Some(Awaiting::Product | Awaiting::Quantity) => {
            open_items::dismissed(&mut draft, text)
                || open_items::answered(&mut draft, asked.as_ref(), text, &turn.catalogue)
        }
        Some(Awaiting::Bundle(product)) => {
            open_items::how_many(text, ProductId(*product), &turn.catalogue).is_some()
        }
        _ => false,
    }
}

/// What an outlet usually orders is told only to who may order for it.
pub(super) fn may_know_habits(turn: &Turn<'_>, outlet: OutletId) -> bool {
    turn.ask.principal.role.is_trusted_channel() || turn.ask.principal.outlet == Some(outlet)
}

pub(super) fn leans_on_context(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().count();
    let opens = [
        "and ",
        "what about",
        "how about",
        "also ",
        "what if",
        "but ",
        "same for",
        "is that",
        "does that",
        "are they",
    ];
    words <= FOLLOW_UP_WORDS
        && (opens.iter().any(|open| lower.starts_with(open)) || signals::points_back(&lower))
}

/// A courtesy by its words, or one that the classifier is sure of.
fn small_talk(text: &str, intent: &IntentGuess) -> Option<SmallTalk> {
    const SURE: f32 = 0.6;
    // Said to the assistant itself, it asks for nobody.
    if asks_for_assistant(text) {
        return Some(SmallTalk::Acknowledged);
    }
    if let Some(pleasantry) = intent::pleasantry(text) {
        return Some(match pleasantry {
            Pleasantry::Hello => SmallTalk::Hello,
            Pleasantry::Thanks => SmallTalk::Thanks,
            Pleasantry::Goodbye => SmallTalk::Goodbye,
            Pleasantry::Acknowledgement => SmallTalk::Acknowledged,
        });
    }
    let lower = text.to_lowercase();
    let short = lower.split_whitespace().count() <= 8;
    match intent.intent {
        Intent::Greeting if intent.confidence >= SURE && short => {
            Some(if lower.contains("how") { SmallTalk::HowAreYou } else { SmallTalk::Hello })
        }
        Intent::GeneralQuery if short && asks_who(&lower) => Some(SmallTalk::About),
        _ => None,
    }
}

fn asks_who(lower: &str) -> bool {
    [
        "who are you",
        "what are you",
        "your name",
        "are you a bot",
        "are you human",
        "are you real",
        "what can you do",
    ]
    .iter()
    .any(|phrase| lower.contains(phrase))
}

impl Understood {
    /// How the answer is worded.
    pub fn tone(&self) -> Tone {
        match self.sentiment {
            Sentiment::Angry | Sentiment::Negative => Tone::Empathetic,
            _ if self.order.is_urgent => Tone::Calm,
            _ => Tone::Informative,
        }
    }

    /// Whether the message orders, or changes an order in the making.
    pub fn orders_something(&self, has_draft: bool) -> bool {
        let with_quantity = self
            .order
            .items
            .iter()
            .any(|item| item.quantity.is_some() && !matches!(item.resolution, Resolution::Unknown));
        let wants = matches!(self.intent.intent, Intent::OrderPlacement);
        if signals::gives_back(&self.text) {
            return false;
        }
        if self.orders_beside_questions() && !self.complains() {
            return true;
        }
        if self.intent.intent == Intent::Complaint {
            return false;
        }
        // "Can I get 200 boxes?" orders; "how much are 200 boxes?" and "I need 200, how long will it take" ask.
        let asks = signals::asks_for_facts(&self.text);
        let certain = self
            .order
            .items
            .iter()
            .any(|item| item.quantity.is_some() && matches!(item.resolution, Resolution::Product(_)));
        if asks && !(certain && wants) {
            return false;
        }
        let asks_facts = self.is_question && !wants;
        (with_quantity && !asks_facts)
            || (wants && (!self.order.items.is_empty() || self.order.wants_usual))
            || (has_draft && !self.is_question && (!self.order.items.is_empty() || self.order.is_urgent))
    }

    /// Whether a draft is changed: a line, the outlet, or a piece that is dropped.
    pub fn changes_draft(&self) -> bool {
        if self.is_question {
            return false;
        }
        let names_outlet =
            matches!(self.order.outlet, OutletMention::Outlet(_) | OutletMention::Ambiguous(_));
        !self.edits.is_empty() || !self.order.without.is_empty() || (names_outlet && !self.is_upset())
    }

    fn is_upset(&self) -> bool {
        matches!(self.sentiment, Sentiment::Negative | Sentiment::Angry)
    }

    /// Whether a message speaks of goods and orders none: a question, a complaint, a change of a placed order.
    pub fn is_no_order(&self) -> bool {
        let wants = self.intent.intent == Intent::OrderPlacement;
        self.alarm.is_some()
            || self.changes_placed
            || signals::gives_back(&self.text)
            || self.complains()
            || (self.is_question && !wants && self.asks_for_facts() && !self.orders_beside_questions())
    }

    /// Whether something that happened is complained of. Bad words alone may be about the customer's own trouble
    /// ("urgent, our printer is down").
    fn complains(&self) -> bool {
        self.is_upset() && signals::tells_what_happened(&self.text)
    }

    /// Whether a product is ordered in a sentence that asks nothing: "do you have it in white? 100 of the kraft".
    fn orders_beside_questions(&self) -> bool {
        let certain = |item: &&ItemMention| {
            item.quantity.is_some() && matches!(item.resolution, Resolution::Product(_))
        };
        let items: Vec<&str> =
            self.order.items.iter().filter(certain).map(|item| item.text.as_str()).collect();
        signals::statements(&self.text)
            .any(|said| !signals::asks_for_facts(said) && items.iter().any(|item| said.contains(item)))
    }

    /// Whether the last four digits of a number are given, and not asked about something else.
    pub fn gives_digits(&self) -> bool {
        self.digits.is_some() && !self.is_question && self.text.split_whitespace().count() <= FEW_WORDS
    }

    /// "Order 12?", and nothing else.
    pub fn names_only_an_order(&self) -> bool {
        self.order_number.is_some() && self.text.split_whitespace().count() <= 4
    }

    /// Whether facts are asked for, not goods.
    pub fn asks_for_facts(&self) -> bool {
        signals::asks_for_facts(&self.text)
    }

    /// Whether it is asked where an order of the sender's own is.
    pub fn asks_where_order_is(&self) -> bool {
        signals::is_about_own_order(&self.text) && signals::asks_where(&self.text)
    }

    /// Whether it is about an order of the sender's own.
    pub fn is_about_own_order(&self) -> bool {
        signals::is_about_own_order(&self.text)
    }
}
