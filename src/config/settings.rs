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
}

const fn now(name: &'static str, default: &'static str) -> Setting {
    Setting { name, default, effect: Effect::Now, secret: false }
}

const fn idle(name: &'static str) -> Setting {
    Setting { name, default: "", effect: Effect::None, secret: true }
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    // Of the system that Tria replaces.
    now("ENVIRONMENT", "development"),
    // A database address may hold a password.
    Setting { name: "DATABASE_URL", default: "", effect: Effect::Now, secret: true },
    now("TAX_RATE", "0.09"),
    now("CUTOFF_TIME", "14:00"),
    now("ENABLE_METRICS", "true"),
    now("DEPLOYMENT_SIZE", "small"),
    now("LOG_LEVEL", "info"),
    now("MAX_QUANTITY_PER_ITEM", "10000"),
    now("MAX_LINE_ITEMS", "100"),
    now("MAX_ORDER_TOTAL", "100000"),
    now("MIN_ORDER_TOTAL", "0.01"),
    now("RATE_LIMIT_PER_MINUTE", "120"),
    now("CORS_ORIGINS", ""),
    // Tria's own.
    now("TRIA_DATA_DIR", "./tria-data"),
    now("TRIA_POLICIES_DIR", "./policies"),
    now("TRIA_MODEL_DIR", ""),
    now("TRIA_HOST", "127.0.0.1"),
    now("TRIA_PORT", "8003"),
    now("TRIA_TRUST_PROXY", "false"),
    now("TRIA_MAX_BODY_BYTES", "65536"),
    now("TRIA_LOG_FORMAT", ""),
    now("TRIA_COMPANY_NAME", "Tria Packaging"),
    now("TRIA_CURRENCY", "SGD"),
    now("TRIA_TIME_ZONE", "Asia/Singapore"),
    now("TRIA_OPENING_DAYS", "Mon|Tue|Wed|Thu|Fri|Sat"),
    now("TRIA_OPENING_HOURS", "08:00-18:00"),
    now("TRIA_DELIVERY_DAYS", "Tue|Thu|Sat"),
    now("TRIA_DELIVERY_SLOTS", "09:00-12:00|14:00-17:00"),
    now("TRIA_HOLIDAYS", ""),
    now("TRIA_LEAD_TIME_DAYS", "2"),
    now("TRIA_BULK_LEAD_DAYS", "5"),
    now("TRIA_BULK_UNITS", "5000"),
    now("TRIA_LARGE_ORDER", "5000"),
    now("TRIA_LARGE_FIRST_ORDER", "1000"),
    now("TRIA_UNUSUAL_PERCENT", "200"),
    now("TRIA_CHAT_RETENTION_DAYS", "90"),
    now("TRIA_ORDER_RETENTION_YEARS", "7"),
    // Known, without effect in this version.
    idle("OPENAI_API_KEY"),
    idle("OPENAI_MODEL"),
    idle("OPENAI_TEMPERATURE"),
    idle("OPENAI_MAX_TOKENS"),
    idle("OPENAI_BASE_URL"),
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

    #[test]
    fn no_name_twice() {
        let mut names: Vec<_> = SETTINGS.iter().map(|s| s.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SETTINGS.len());
    }
}
