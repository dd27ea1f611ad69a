//! The settings of the language model.

use std::time::Duration;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::Reader;
use crate::config::LlmSettings;
use crate::llm::{ApiKey, BaseUrl, Budget, LlmConfig, Prices};

/// Where a key without an address is used.
const OPENAI: &str = "https://api.openai.com/v1";
const MONEY: &str = "must be an amount with a decimal point, such as 0.15; 0 for none";

/// `None` inside when neither a key nor a server of one's own is named: then everything is answered offline.
#[allow(clippy::option_option, reason = "the outer one says whether a setting was faulty")]
pub(super) fn llm(r: &mut Reader) -> Option<Option<LlmSettings>> {
    let key = r.get("OPENAI_API_KEY", "must be a key of visible ASCII characters", |text| match text {
        "" => Some(None),
        text => ApiKey::parse(text).map(Some),
    });
    let address =
        r.get("OPENAI_BASE_URL", "must be an address such as https://api.openai.com/v1", |text| match text {
            "" => Some(None),
            text => BaseUrl::parse(text).map(Some),
        });
    let model = r.get("OPENAI_MODEL", "must be the name of a model", |text| {
        (!text.is_empty() && text.len() <= 200).then(|| text.to_owned())
    });
    let temperature = r.get("OPENAI_TEMPERATURE", "must be a number from 0 to 2", |text| {
        text.parse::<f32>().ok().filter(|t| (0.0..=2.0).contains(t))
    });
    let max_tokens = r.number("OPENAI_MAX_TOKENS", 16..=100_000_u32);
    let max_concurrent = r.number("TRIA_LLM_CONCURRENCY", 1..=256_usize);
    let daily_tokens = r.number("TRIA_LLM_DAILY_TOKENS", 0..=u64::MAX);
    let monthly_tokens = r.number("TRIA_LLM_MONTHLY_TOKENS", 0..=u64::MAX);
    let mut money = |name| r.get(name, MONEY, millionths);
    let prompt = money("TRIA_LLM_PROMPT_PRICE");
    let completion = money("TRIA_LLM_COMPLETION_PRICE");
    let daily_cost = money("TRIA_LLM_DAILY_BUDGET");
    let monthly_cost = money("TRIA_LLM_MONTHLY_BUDGET");
    let (prices, budget) = (
        Prices { prompt: prompt?, completion: completion? },
        Budget {
            daily_tokens: daily_tokens?,
            monthly_tokens: monthly_tokens?,
            daily_cost: daily_cost?,
            monthly_cost: monthly_cost?,
        },
    );
    let spends = budget.daily_cost > 0 || budget.monthly_cost > 0;
    if spends && prices.prompt == 0 && prices.completion == 0 {
        let need =
            "needs TRIA_LLM_PROMPT_PRICE and TRIA_LLM_COMPLETION_PRICE: without prices nothing is counted";
        r.fault(
            if budget.daily_cost > 0 { "TRIA_LLM_DAILY_BUDGET" } else { "TRIA_LLM_MONTHLY_BUDGET" },
            need,
        );
    }
    let (key, address) = (key?, address?);
    let settings = LlmSettings {
        client: LlmConfig {
            max_concurrent: max_concurrent?,
            prices,
            budget,
            ..LlmConfig::new(address.clone().or_else(|| BaseUrl::parse(OPENAI))?, key.clone(), model?)
        },
        temperature: temperature?,
        max_tokens: max_tokens?,
    };
    Some((key.is_some() || address.is_some()).then_some(settings))
}

/// How long a customer waits at most.
pub(super) fn deadline(r: &mut Reader) -> Option<Duration> {
    r.get("TRIA_ANSWER_DEADLINE", "must be seconds from 0.1 to 60", |text| {
        text.parse::<f64>().ok().filter(|s| (0.1..=60.0).contains(s)).map(Duration::from_secs_f64)
    })
}

/// Money in millionths of the currency's unit.
fn millionths(text: &str) -> Option<u64> {
    let amount: Decimal = text.parse().ok()?;
    (amount * Decimal::from(1_000_000)).to_u64().filter(|_| !amount.is_sign_negative())
}
