//! The list of settings: name, default, whether it has an effect. Everything else about settings reads this.

/// Whether a setting does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is read and changes what Tria does.
    Now,
    /// Known from the system that Tria replaces; nothing in this version reads it.
    None,
}

/// A setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the environment and in files.
    pub name: &'static str,
    /// Its value when not given; empty for none.
    pub default: &'static str,
    /// Whether it does something.
    pub effect: Effect,
    /// Whether its value is kept out of every message.
    pub secret: bool,
    /// What it is, in a few words.
    pub help: &'static str,
}

const fn now(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { name, default, effect: Effect::Now, secret: false, help }
}

const fn idle(name: &'static str) -> Setting {
    Setting { name, default: "", effect: Effect::None, secret: true, help: "no effect in this version" }
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    // Of the system that Tria replaces.
    now("ENVIRONMENT", "development", "development, test, staging or production"),
    // A database address may hold a password.
    Setting {
        name: "DATABASE_URL",
        default: "",
        effect: Effect::Now,
        secret: true,
        help: "sqlite:///FILE in the data directory, or sqlite:////PATH",
    },
    now("TAX_RATE", "0.09", "share of the subtotal: 0.09 is 9 %"),
    now("CUTOFF_TIME", "14:00", "an order before it counts from the same day"),
    now("ENABLE_METRICS", "true", "whether /metrics exists"),
    now("DEPLOYMENT_SIZE", "small", "small (2 GB of memory) or medium (4 GB)"),
    now("LOG_LEVEL", "info", "error, warn, info, debug or trace"),
    now("MAX_QUANTITY_PER_ITEM", "10000", "most units in one line"),
    now("MAX_LINE_ITEMS", "100", "most lines of an order"),
    now("MAX_ORDER_TOTAL", "100000", "highest total of an order"),
    now("MIN_ORDER_TOTAL", "0.01", "lowest total of an order"),
    now("RATE_LIMIT_PER_MINUTE", "120", "requests of one client; 0 for no limit"),
    now("CORS_ORIGINS", "", "pages that may call the API: https://a.example,https://b.example"),
    Setting {
        name: "OPENAI_API_KEY",
        default: "",
        effect: Effect::Now,
        secret: true,
        help: "words answers with a language model; without, they are composed offline",
    },
    now("OPENAI_BASE_URL", "", "any OpenAI-compatible server; https://api.openai.com/v1 with a key"),
    now("OPENAI_MODEL", "gpt-4o-mini", "as the server knows it"),
    now("OPENAI_TEMPERATURE", "0.7", "0 to 2"),
    now("OPENAI_MAX_TOKENS", "2000", "longest answer of the model"),
    // Tria's own.
    now("TRIA_ANSWER_DEADLINE", "8", "seconds after which the offline answer is given"),
    now(
        "TRIA_MERGE_MS",
        "1000",
        "milliseconds that a channel's short message waits for the next; 0 for none",
    ),
    now("TRIA_LLM_CONCURRENCY", "8", "calls to the model at once"),
    now("TRIA_LLM_DAILY_TOKENS", "0", "tokens a day; 0 for no limit"),
    now("TRIA_LLM_MONTHLY_TOKENS", "0", "tokens a month; 0 for no limit"),
    now("TRIA_LLM_PROMPT_PRICE", "0", "money for a million tokens sent"),
    now("TRIA_LLM_COMPLETION_PRICE", "0", "money for a million tokens answered"),
    now("TRIA_LLM_DAILY_BUDGET", "0", "money a day; 0 for no limit"),
    now("TRIA_LLM_MONTHLY_BUDGET", "0", "money a month; 0 for no limit"),
    now("TRIA_DATA_DIR", "./tria-data", "where everything is kept"),
    now("TRIA_POLICIES_DIR", "./policies", "the Markdown files that answers stand on"),
    now("TRIA_MODEL_DIR", "", "a folder with another embedding model"),
    now("TRIA_PHRASES_FILE", "", "a TOML file with phrases of your own"),
    now("TRIA_ANSWERS_FILE", "", "a TOML file with questions and answers of your own"),
    now("TRIA_INTENTS_FILE", "", "a JSON Lines file with examples of intents of your own"),
    now("TRIA_ESCALATION_FILE", "", "a TOML file that says when and to whom the assistant hands over"),
    now("TRIA_HOST", "127.0.0.1", "address to listen on"),
    now("TRIA_PORT", "8003", "port to listen on"),
    now("TRIA_TRUST_PROXY", "false", "take a client's address from X-Forwarded-For"),
    now("TRIA_MAX_BODY_BYTES", "65536", "largest request body"),
    now("TRIA_LOG_FORMAT", "", "text or json; json in production"),
    now("TRIA_COMPANY_NAME", "Tria Packaging", "as customers know it"),
    now("TRIA_COMPANY_ADDRESS", "", "on documents, | between its lines"),
    now("TRIA_COMPANY_REGISTRATION", "", "on documents, such as UEN 202600001A"),
    now("TRIA_COMPANY_TAX_NUMBER", "", "on documents, such as GST Reg. No. M9-0000001-1"),
    now("TRIA_COMPANY_EMAIL", "", "on documents"),
    now("TRIA_COMPANY_PHONE", "", "on documents"),
    now("TRIA_COMPANY_PAYMENT", "", "how to pay, on invoices: bank or PayNow, | between its lines"),
    now("TRIA_LOGO", "", "a PNG or JPEG file, on documents"),
    now("TRIA_TAX_NAME", "GST", "what the tax is called on invoices"),
    now("TRIA_PAYMENT_DAYS", "30", "days until an invoice on credit is due"),
    now("TRIA_CURRENCY", "SGD", "three capital letters"),
    now("TRIA_TIME_ZONE", "Asia/Singapore", "in which all times of day are meant"),
    now("TRIA_OPENING_DAYS", "Mon|Tue|Wed|Thu|Fri|Sat", "business days"),
    now("TRIA_OPENING_HOURS", "08:00-18:00", "on business days"),
    now("TRIA_DELIVERY_DAYS", "Tue|Thu|Sat", "on which vans go out"),
    now("TRIA_DELIVERY_SLOTS", "09:00-12:00|14:00-17:00", "of a delivery day"),
    now("TRIA_HOLIDAYS", "", "no business and no delivery: 2026-12-25|2027-01-01"),
    now("TRIA_LEAD_TIME_DAYS", "2", "business days that an order takes"),
    now("TRIA_BULK_LEAD_DAYS", "5", "business days that an order above TRIA_BULK_UNITS takes"),
    now("TRIA_BULK_UNITS", "5000", "units above which an order takes longer"),
    now("TRIA_LARGE_ORDER", "5000", "total above which a person looks first"),
    now("TRIA_LARGE_FIRST_ORDER", "1000", "the same for an outlet's first order"),
    now("TRIA_UNUSUAL_PERCENT", "200", "of the usual quantity, above which a person looks first"),
    now("TRIA_FIRST_ORDER_MINIMUM", "200", "lowest total of a new customer's order; 0 for none"),
    now("TRIA_WHOLE_BUNDLES", "true", "whether goods are sold in whole bundles only"),
    now("TRIA_DUPLICATE_MINUTES", "10", "within which the same order is asked about; 0 for never"),
    now("TRIA_CREDIT_DAYS", "30", "days after delivery that an order on credit counts as unpaid"),
    now("TRIA_CHANGE_UNTIL_MINUTES", "60", "before the delivery slot, until which items may be changed"),
    now("TRIA_CANCEL_FREE_HOURS", "24", "before the delivery slot, until which cancelling is free"),
    now("TRIA_CANCEL_LATE_HOURS", "12", "before the delivery slot, from which cancelling costs more"),
    now("TRIA_CANCEL_FEE", "0.25", "share of the order's total before those last hours"),
    now("TRIA_CANCEL_LATE_FEE", "0.50", "share of the order's total in those last hours"),
    now("TRIA_CANCEL_DOOR_FEE", "1", "share of the order's total when it is refused at the door"),
    now("TRIA_CHAT_RETENTION_DAYS", "90", "days that conversations are kept"),
    now("TRIA_ORDER_RETENTION_YEARS", "7", "years that orders are kept, as policies tell"),
    // Known, without effect in this version.
    idle("XERO_CLIENT_ID"),
    idle("XERO_CLIENT_SECRET"),
    idle("XERO_REFRESH_TOKEN"),
    idle("XERO_TENANT_ID"),
    idle("XERO_WEBHOOK_KEY"),
    idle("XERO_REDIRECT_URI"),
    idle("XERO_SALES_ACCOUNT_CODE"),
    idle("XERO_TAX_TYPE"),
    idle("XERO_TOKEN_URL"),
    idle("XERO_API_URL"),
    idle("SENTRY_DSN"),
    idle("ALERT_SLACK_WEBHOOK"),
    idle("ALERT_WEBHOOK_URL"),
    idle("ALERT_EMAIL_TO"),
    idle("ALERT_SMTP_HOST"),
    idle("ALERT_SMTP_PORT"),
    idle("ALERT_SMTP_USER"),
    idle("ALERT_SMTP_PASSWORD"),
    idle("ALERT_SMTP_FROM"),
];

/// The setting of this name.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|s| s.name == name)
}

/// The setting that was probably meant: a slip of a letter or two, or a `TRIA_` too much or too little.
pub(super) fn suggest(name: &str) -> Option<&'static str> {
    let bare = |n: &'_ str| n.strip_prefix("TRIA_").unwrap_or(n).to_owned();
    let wanted = bare(name);
    SETTINGS
        .iter()
        .map(|s| (strsim::osa_distance(&wanted, &bare(s.name)), s.name))
        .filter(|(distance, known)| *distance <= (known.len() / 5).clamp(1, 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names_find_their_setting() {
        let check = |name, expected| assert_eq!(suggest(name), expected, "{name}");
        check("TRIA_PROT", Some("TRIA_PORT"));
        check("CUTOF_TIME", Some("CUTOFF_TIME"));
        check("TRIA_TAX_RATE", Some("TAX_RATE"));
        check("DATA_DIR", Some("TRIA_DATA_DIR"));
        check("TRIA_DELIVERYDAYS", Some("TRIA_DELIVERY_DAYS"));
        check("HOSTNAME", None);
        check("TRIA_FAVOURITE_COLOUR", None);
    }

    /// The template that `install.sh` lays down names every setting with its default.
    #[test]
    fn the_template_is_complete() {
        let template = include_str!("../../systemd/tria.env");
        for setting in SETTINGS.iter().filter(|s| s.effect == Effect::Now) {
            // What an installed service has otherwise than one run by hand.
            let otherwise = ["ENVIRONMENT", "TRIA_DATA_DIR", "TRIA_POLICIES_DIR", "DATABASE_URL"];
            let default = if otherwise.contains(&setting.name) { "" } else { setting.default };
            let start = format!("{}={default}", setting.name);
            let is_there = template.lines().any(|line| {
                let line = line.trim_start_matches('#');
                line == start || otherwise.contains(&setting.name) && line.starts_with(&start)
            });
            assert!(is_there, "systemd/tria.env has no line `#{start}`");
        }
    }

    #[test]
    fn no_name_twice() {
        let mut names: Vec<_> = SETTINGS.iter().map(|s| s.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SETTINGS.len());
    }
}
