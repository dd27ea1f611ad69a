use super::*;
use crate::config::Notice;

fn faults(sources: &Sources) -> Vec<String> {
    Config::load(sources).unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn defaults_are_sound() {
    let config = Config::load(&Sources::none()).unwrap();
    assert_eq!((config.port, config.host.to_string().as_str()), (8003, "127.0.0.1"));
    assert_eq!(config.database_file, None);
    assert_eq!(config.model_dir, None);
    assert_eq!(config.rules.limits.max_order_total, Money::from_minor(10_000_000));
    assert!(config.notices.is_empty());
}

#[test]
fn flags_over_environment_over_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("tria.env");
    std::fs::write(&file, "TRIA_PORT=1\nTAX_RATE=0.01\nCUTOFF_TIME=11:00\n").unwrap();
    let sources = Sources::none()
        .file(&file)
        .variable("TRIA_PORT", "2")
        .variable("TAX_RATE", "0.02")
        .flag("TRIA_PORT", "3");
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.port, 3);
    assert_eq!(config.rules.tax_rate, TaxRate::parse("0.02").unwrap());
    assert_eq!(config.rules.calendar.cutoff, jiff::civil::time(11, 0, 0, 0));
}

#[test]
fn all_faults_at_once() {
    let sources = Sources::none()
        .variable("TAX_RATE", "9")
        .variable("CUTOFF_TIME", "2pm")
        .flag("TRIA_PORT", "70000")
        .variable("TRIA_TIME_ZONE", "Mars/Olympus")
        .variable("MIN_ORDER_TOTAL", "200000")
        .variable("ENVIRONMENT", "production")
        .variable("CORS_ORIGINS", "*");
    let told = faults(&sources);
    let expected = [
        "TRIA_PORT=70000 (command line): must be a whole number from 0 to 65535",
        "CORS_ORIGINS=* (environment): must name the origins when ENVIRONMENT is production: * opens it to every page",
        "TAX_RATE=9 (environment): must be a share from 0 to 1, such as 0.09 for 9 %",
        "TRIA_TIME_ZONE=Mars/Olympus (environment): must be a time zone's name, such as Asia/Singapore",
        "CUTOFF_TIME=2pm (environment): must be a time of day, such as 14:00",
        "MIN_ORDER_TOTAL=200000 (environment): must not be above MAX_ORDER_TOTAL, which is 100,000.00",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_secret_is_never_shown() {
    let sources = Sources::none()
        .variable("DATABASE_URL", "postgresql://tria:hunter2@db/tria")
        .variable("OPENAI_API_KEY", "sk-hunter2")
        .variable("TRIA_PORT", "x");
    let error = Config::load(&sources).unwrap_err();
    assert_eq!(error.0.len(), 2);
    assert!(!format!("{error} {error:?} {sources:?}").contains("hunter2"));
}

#[test]
fn what_is_unknown_or_idle_is_told_and_stops_nothing() {
    let sources = Sources::none()
        .variable("TRIA_PROT", "1")
        .variable("SENTRY_DSN", "k")
        .variable("CUTOF_TIME", "11:00")
        .variable("PATH", "/bin")
        .variable("XERO_CLIENT_ID", "");
    let notices = Config::load(&sources).unwrap().notices;
    let environment = || "environment".to_owned();
    let unknown = |name: &str, meant| Notice::Unknown {
        name: name.to_owned(),
        origin: environment(),
        suggestion: Some(meant),
    };
    let expected = [
        unknown("CUTOF_TIME", "CUTOFF_TIME"),
        Notice::NoEffect { name: "SENTRY_DSN", origin: environment() },
        unknown("TRIA_PROT", "TRIA_PORT"),
    ];
    assert_eq!(notices, expected);
}

#[test]
fn a_named_file_must_be_there_and_sound() {
    let dir = tempfile::tempdir().unwrap();
    assert!(faults(&Sources::none().file(dir.path().join("none.env")))[0].contains("cannot be read"));
    let file = dir.path().join("tria.env");
    std::fs::write(&file, "TAX_RATE 0.08\n").unwrap();
    let told = faults(&Sources::none().file(&file));
    assert!(told[0].contains("tria.env:1"), "{told:?}");
}

#[test]
fn production_logs_json_unless_told_otherwise() {
    let format = |s: Sources| Config::load(&s.variable("ENVIRONMENT", "production")).unwrap().log_format;
    assert_eq!(format(Sources::none()), LogFormat::Json);
    assert_eq!(format(Sources::none().variable("TRIA_LOG_FORMAT", "text")), LogFormat::Text);
}

#[test]
fn what_documents_say_of_the_company() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let logo = file("logo.png", b"\x89PNG\r\n\x1a\n");
    let issuer = |s: Sources| Config::load(&s).unwrap().issuer;
    let plain = issuer(Sources::none());
    assert_eq!((plain.tax_name.as_str(), plain.payment_days, plain.logo), ("GST", 30, None));
    let told = issuer(
        Sources::none()
            .variable("TRIA_COMPANY_ADDRESS", "1 Example Road | Singapore 000001 |")
            .variable("TRIA_LOGO", logo),
    );
    assert_eq!(told.address, ["1 Example Road", "Singapore 000001"]);
    assert_eq!(told.logo.as_deref(), Some(&b"\x89PNG\r\n\x1a\n"[..]));

    let check = |name: &str, value: &str| {
        let told = faults(&Sources::none().variable(name, value));
        assert!(told.len() == 1 && told[0].contains(name), "{name}={value}: {told:?}");
    };
    check("TRIA_COMPANY_ADDRESS", "a|b|c|d|e|f|g|h|i");
    check("TRIA_COMPANY_PAYMENT", &"x".repeat(101));
    check("TRIA_COMPANY_PHONE", &"0".repeat(101));
    check("TRIA_TAX_NAME", &"G".repeat(21));
    check("TRIA_PAYMENT_DAYS", "-1");
    check("TRIA_LOGO", "/nowhere/logo.png");
    check("TRIA_LOGO", &file("logo.gif", b"GIF89a"));
    check("TRIA_LOGO", &file("large.png", &[b"\x89PNG".to_vec(), vec![0; 1024 * 1024]].concat()));
}
