//! From raw texts to the checked configuration, collecting every fault on the way.

mod escalation;
mod issuer;
mod llm;

use std::fmt::Display;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::SignedDuration;

use super::faults::{ConfigFault, ConfigFaults};
use super::settings::find;
use super::sources::{Raw, Sources};
use super::{Config, CorsOrigins, Environment, values};
use crate::domain::changes::ChangePolicy;
use crate::domain::money::{Money, TaxRate};
use crate::domain::policy::{BusinessRules, OrderLimits, ReviewThresholds, SellingRules};
use crate::domain::schedule::Calendar;
use crate::telemetry::LogFormat;

/// Reads one setting after another and remembers what was wrong.
struct Reader {
    raw: Raw,
}

impl Reader {
    /// The setting's value, or `None` after noting what would be allowed.
    fn get<T>(&mut self, name: &'static str, allowed: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let default = find(name).map_or("", |s| s.default);
        let text = self.raw.values.get(name).map_or(default, |v| v.text.expose()).trim();
        let value = parse(text);
        if value.is_none() {
            self.fault(name, allowed);
        }
        value
    }

    fn number<T>(&mut self, name: &'static str, range: RangeInclusive<T>) -> Option<T>
    where
        T: FromStr + PartialOrd + Display,
    {
        let allowed = format!("must be a whole number from {} to {}", range.start(), range.end());
        self.get(name, &allowed, |text| text.parse().ok().filter(|n| range.contains(n)))
    }

    fn money(&mut self, name: &'static str) -> Option<Money> {
        self.get(name, "must be an amount above zero with a decimal point, such as 1000 or 0.50", |text| {
            Money::parse(text).ok().filter(|amount| *amount > Money::ZERO)
        })
    }

    fn path(&mut self, name: &'static str) -> Option<PathBuf> {
        self.get(name, "must be a path", |text| (!text.contains('\0')).then(|| PathBuf::from(text)))
    }

    fn boolean(&mut self, name: &'static str) -> Option<bool> {
        self.get(name, "must be true or false", values::boolean)
    }

    fn fault(&mut self, name: &'static str, allowed: &str) {
        let secret = find(name).is_none_or(|s| s.secret);
        let given = self.raw.values.get(name);
        let shown = given.map_or_else(|| find(name).map_or("", |s| s.default), |v| v.text.expose());
        self.raw.faults.push(ConfigFault {
            setting: name.to_owned(),
            value: (!secret).then(|| shorten(shown)),
            origin: given.map_or_else(|| "default".to_owned(), |v| v.origin.clone()),
            allowed: allowed.to_owned(),
        });
    }
}

/// Enough of a value to find it again; control characters would garble the terminal.
fn shorten(value: &str) -> String {
    const SHOWN: usize = 60;
    let mut short: String = value.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if value.chars().count() > SHOWN {
        short.push('…');
    }
    short
}

pub(super) fn load(sources: &Sources) -> Result<Config, ConfigFaults> {
    let mut reader = Reader { raw: sources.raw() };
    let config = service(&mut reader);
    let mut raw = reader.raw;
    match config {
        Some(mut config) if raw.faults.is_empty() => {
            config.notices = std::mem::take(&mut raw.notices);
            Ok(config)
        }
        _ => Err(ConfigFaults(raw.faults)),
    }
}

/// Every setting is read before the first `?`: a fault must not hide the next one.
fn service(r: &mut Reader) -> Option<Config> {
    let environment =
        r.get("ENVIRONMENT", "must be development, test, staging or production", values::environment);
    let data_dir = r.path("TRIA_DATA_DIR");
    let database_file = database_file(r, data_dir.as_deref());
    let policies_dir = r.path("TRIA_POLICIES_DIR");
    let phrases_file = r.path("TRIA_PHRASES_FILE");
    let answers_file = r.path("TRIA_ANSWERS_FILE");
    let intents_file = r.path("TRIA_INTENTS_FILE");
    let model_dir = r.path("TRIA_MODEL_DIR");
    let host = r.get("TRIA_HOST", "must be an IP address, such as 127.0.0.1 or 0.0.0.0", values::host);
    let port = r.number("TRIA_PORT", 0..=u16::MAX);
    let cors = cors(r, environment);
    let rate_limit = r.number("RATE_LIMIT_PER_MINUTE", 0..=1_000_000_u32);
    let trust_proxy = r.boolean("TRIA_TRUST_PROXY");
    let max_body_bytes = r.number("TRIA_MAX_BODY_BYTES", 4_096..=16_777_216_usize);
    let enable_metrics = r.boolean("ENABLE_METRICS");
    let log_filter = r.get(
        "LOG_LEVEL",
        "must be error, warn, info, debug or trace, or directives such as info,tria::store=debug",
        values::log_filter,
    );
    let log_format = log_format(r, environment);
    let deployment_size =
        r.get("DEPLOYMENT_SIZE", "must be small (2 GB) or medium (4 GB)", values::deployment_size);
    let chat_retention_days = r.number("TRIA_CHAT_RETENTION_DAYS", 1..=36_500_u32);
    let order_retention_years = r.number("TRIA_ORDER_RETENTION_YEARS", 1..=100_u32);
    let llm = llm::llm(r);
    let answer_deadline = llm::deadline(r);
    let merge_window = r.number("TRIA_MERGE_MS", 0..=10_000_u64);
    let rules = rules(r);
    let issuer = issuer::issuer(r);
    Some(Config {
        environment: environment?,
        data_dir: data_dir?,
        database_file: match database_file? {
            DatabaseFile::Usual => None,
            DatabaseFile::Named(file) => Some(file),
        },
        policies_dir: policies_dir?,
        phrases_file: phrases_file.filter(|file| !file.as_os_str().is_empty()),
        answers_file: answers_file.filter(|file| !file.as_os_str().is_empty()),
        intents_file: intents_file.filter(|file| !file.as_os_str().is_empty()),
        model_dir: model_dir.filter(|dir| !dir.as_os_str().is_empty()),
        host: host?,
        port: port?,
        cors: cors?,
        rate_limit_per_minute: NonZeroU32::new(rate_limit?),
        trust_proxy: trust_proxy?,
        max_body_bytes: max_body_bytes?,
        enable_metrics: enable_metrics?,
        log_filter: log_filter?,
        log_format: log_format?,
        deployment_size: deployment_size?,
        chat_retention_days: chat_retention_days?,
        order_retention_years: order_retention_years?,
        llm: llm?,
        answer_deadline: answer_deadline?,
        merge_window: std::time::Duration::from_millis(merge_window?),
        rules: rules?,
        issuer: issuer?,
        notices: Vec::new(),
    })
}

/// Where the database is.
enum DatabaseFile {
    /// Under its usual name in the data directory.
    Usual,
    Named(PathBuf),
}

fn database_file(r: &mut Reader, data_dir: Option<&Path>) -> Option<DatabaseFile> {
    // With a faulty data directory the address can still be judged; where it leads does not matter then.
    let data_dir = data_dir.unwrap_or(Path::new("."));
    r.get(
        "DATABASE_URL",
        "must be sqlite:///FILE (in the data directory) or sqlite:////PATH; this version keeps its data in SQLite",
        |url| match url {
            "" => Some(DatabaseFile::Usual),
            url => values::database_file(url, data_dir).map(DatabaseFile::Named),
        },
    )
}

fn cors(r: &mut Reader, environment: Option<Environment>) -> Option<CorsOrigins> {
    let cors = r.get(
        "CORS_ORIGINS",
        "must be origins with commas between, such as https://shop.example,https://www.shop.example",
        values::cors,
    )?;
    if cors == CorsOrigins::Any && environment == Some(Environment::Production) {
        r.fault(
            "CORS_ORIGINS",
            "must name the origins when ENVIRONMENT is production: * opens it to every page",
        );
    }
    Some(cors)
}

fn log_format(r: &mut Reader, environment: Option<Environment>) -> Option<LogFormat> {
    r.get("TRIA_LOG_FORMAT", "must be text or json", |text| match text.to_ascii_lowercase().as_str() {
        "json" => Some(LogFormat::Json),
        "" if environment == Some(Environment::Production) => Some(LogFormat::Json),
        "text" | "" => Some(LogFormat::Text),
        _ => None,
    })
}

fn rules(r: &mut Reader) -> Option<BusinessRules> {
    let company_name = r.get("TRIA_COMPANY_NAME", "must be 1 to 100 characters", values::name);
    let currency = r.get("TRIA_CURRENCY", "must be three capital letters, such as SGD", values::currency);
    let tax_rate = r.get("TAX_RATE", "must be a share from 0 to 1, such as 0.09 for 9 %", |text| {
        TaxRate::parse(text).ok()
    });
    let calendar = calendar(r);
    let limits = limits(r);
    let review = review(r);
    let escalation = escalation::rules(r);
    let selling = selling(r);
    let changes = changes(r);
    Some(BusinessRules {
        company_name: company_name?,
        currency: currency?,
        tax_rate: tax_rate?,
        calendar: calendar?,
        limits: limits?,
        review: review?,
        escalation: escalation?,
        selling: selling?,
        changes: changes?,
    })
}

fn calendar(r: &mut Reader) -> Option<Calendar> {
    const DAYS: &str =
        "must be days of the week with | between, such as Tue|Thu|Sat, or a range such as Mon-Sat";
    let time_zone = r.get("TRIA_TIME_ZONE", "must be a time zone's name, such as Asia/Singapore", |text| {
        jiff::tz::TimeZone::get(text).ok()
    });
    let open_days = r.get("TRIA_OPENING_DAYS", DAYS, values::weekdays);
    let hours = r.get("TRIA_OPENING_HOURS", "must be two times, such as 08:00-18:00", values::time_range);
    let cutoff = r.get("CUTOFF_TIME", "must be a time of day, such as 14:00", values::time);
    let delivery_days = r.get("TRIA_DELIVERY_DAYS", DAYS, values::weekdays);
    let slots = r.get(
        "TRIA_DELIVERY_SLOTS",
        "must be pairs of times in order with | between, such as 09:00-12:00|14:00-17:00",
        values::time_ranges,
    );
    let holidays =
        r.get("TRIA_HOLIDAYS", "must be dates with | between, such as 2026-12-25|2027-01-01", values::dates);
    let lead_days = r.number("TRIA_LEAD_TIME_DAYS", 0..=365_u32);
    let bulk_lead_days = r.number("TRIA_BULK_LEAD_DAYS", 0..=365_u32);
    let bulk_units = r.number("TRIA_BULK_UNITS", 1..=1_000_000_000_u64);
    if let (Some(lead), Some(bulk)) = (lead_days, bulk_lead_days)
        && bulk < lead
    {
        r.fault("TRIA_BULK_LEAD_DAYS", &format!("must be at least TRIA_LEAD_TIME_DAYS, which is {lead}"));
    }
    let (opens, closes) = hours?;
    Some(Calendar {
        time_zone: time_zone?,
        open_days: open_days?,
        opens,
        closes,
        cutoff: cutoff?,
        delivery_days: delivery_days?,
        slots: slots?,
        holidays: holidays?,
        lead_days: lead_days?,
        bulk_lead_days: bulk_lead_days?,
        bulk_units: bulk_units?,
    })
}

fn limits(r: &mut Reader) -> Option<OrderLimits> {
    let max_quantity_per_item = r.number("MAX_QUANTITY_PER_ITEM", 1..=1_000_000_000_u32);
    let max_line_items = r.number("MAX_LINE_ITEMS", 1..=1_000_usize);
    let max_order_total = r.money("MAX_ORDER_TOTAL");
    let min_order_total = r.money("MIN_ORDER_TOTAL");
    if let (Some(min), Some(max)) = (min_order_total, max_order_total)
        && min > max
    {
        r.fault("MIN_ORDER_TOTAL", &format!("must not be above MAX_ORDER_TOTAL, which is {max}"));
    }
    Some(OrderLimits {
        max_quantity_per_item: max_quantity_per_item?,
        max_line_items: max_line_items?,
        max_order_total: max_order_total?,
        min_order_total: min_order_total?,
    })
}

fn review(r: &mut Reader) -> Option<ReviewThresholds> {
    let large_order = r.money("TRIA_LARGE_ORDER");
    let large_first_order = r.money("TRIA_LARGE_FIRST_ORDER");
    let unusual_percent = r.number("TRIA_UNUSUAL_PERCENT", 100..=100_000_u32);
    Some(ReviewThresholds {
        large_order: large_order?,
        large_first_order: large_first_order?,
        unusual_percent: unusual_percent?,
    })
}

fn selling(r: &mut Reader) -> Option<SellingRules> {
    let amount = "must be an amount with a decimal point, such as 200; 0 for none";
    let first_order_minimum = r.get("TRIA_FIRST_ORDER_MINIMUM", amount, |text| Money::parse(text).ok());
    let whole_bundles = r.boolean("TRIA_WHOLE_BUNDLES");
    let duplicate_minutes = r.number("TRIA_DUPLICATE_MINUTES", 0..=1_440_u32);
    let credit_days = r.number("TRIA_CREDIT_DAYS", 0..=365_u32);
    Some(SellingRules {
        first_order_minimum: first_order_minimum?,
        whole_bundles: whole_bundles?,
        duplicate_minutes: duplicate_minutes?,
        credit_days: credit_days?,
    })
}

fn changes(r: &mut Reader) -> Option<ChangePolicy> {
    const SHARE: &str = "must be a share from 0 to 1, such as 0.25 for 25 %";
    let minutes = r.number("TRIA_CHANGE_UNTIL_MINUTES", 0..=10_080_i64);
    let free = r.number("TRIA_CANCEL_FREE_HOURS", 0..=720_i64);
    let late = r.number("TRIA_CANCEL_LATE_HOURS", 0..=720_i64);
    let rate = r.get("TRIA_CANCEL_FEE", SHARE, |text| TaxRate::parse(text).ok());
    let late_rate = r.get("TRIA_CANCEL_LATE_FEE", SHARE, |text| TaxRate::parse(text).ok());
    let door_rate = r.get("TRIA_CANCEL_DOOR_FEE", SHARE, |text| TaxRate::parse(text).ok());
    if let (Some(free), Some(late)) = (free, late)
        && late > free
    {
        r.fault(
            "TRIA_CANCEL_LATE_HOURS",
            &format!("must not be above TRIA_CANCEL_FREE_HOURS, which is {free}"),
        );
    }
    Some(ChangePolicy {
        items_until: SignedDuration::from_mins(minutes?),
        free_until: SignedDuration::from_hours(free?),
        late_from: SignedDuration::from_hours(late?),
        rate: rate?,
        late_rate: late_rate?,
        door_rate: door_rate?,
    })
}

#[cfg(test)]
mod tests;
