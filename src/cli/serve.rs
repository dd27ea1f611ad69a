//! `tria serve`

use clap::Args;

use super::index::progress_bar;
use super::output::{CommandResult, Verdict, note, print};
use super::setup::{Common, PoliciesArg, block_on, settings_help};
use crate::app::{App, AppOptions};
use crate::config::{Config, Sources};
use crate::domain::principal::Role;
use crate::telemetry::init_logging;

const EXAMPLES: &str = "Examples:\n  \
    tria serve --demo                     the demo company, on this machine only\n  \
    tria serve --policies /etc/tria/policies --data-dir /var/lib/tria";

/// Run everything: the chat page, the API and what belongs to them.
///
/// The first start creates the database and builds the index. SIGHUP reads settings and policies anew; SIGTERM
/// finishes what is in hand and ends.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", settings_help()))]
pub(super) struct ServeArgs {
    /// Address to listen on [setting: TRIA_HOST, default 127.0.0.1].
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// Port to listen on; 0 lets the system choose [setting: TRIA_PORT, default 8003].
    #[arg(long)]
    port: Option<u16>,
    #[command(flatten)]
    policies: PoliciesArg,
    /// The demo company: a database of its own, this machine only, no sign-in.
    #[arg(long)]
    demo: bool,
}

/// Where the demo keeps its data when no folder is named: never in that of the real company.
const DEMO_DATA: &str = "./tria-demo";

/// The sources of a command that can work on the demo.
pub(super) fn demo_sources(common: &Common, demo: bool) -> Sources {
    let sources = common.sources();
    if demo && common.data_dir.is_none() { sources.flag("TRIA_DATA_DIR", DEMO_DATA) } else { sources }
}

pub(super) fn run(common: &Common, args: &ServeArgs) -> CommandResult {
    let mut sources = args.policies.over(demo_sources(common, args.demo));
    if let Some(host) = &args.host {
        sources = sources.flag("TRIA_HOST", host);
    }
    if let Some(port) = args.port {
        sources = sources.flag("TRIA_PORT", port.to_string());
    }
    let config = Config::load(&sources)?;
    init_logging(&config.log_filter, config.log_format);
    config.notices.iter().for_each(|notice| note(&format!("note: {notice}")));
    let bar = progress_bar();
    let moving = bar.clone();
    let options = AppOptions {
        demo: args.demo,
        own_policies: args.policies.policies.is_some(),
        progress: Box::new(move |done, of| {
            moving.set_length(of as u64);
            moving.set_position(done as u64);
        }),
        ..AppOptions::default()
    };
    block_on(async move {
        let app = App::start(config, options).await?;
        bar.finish_and_clear();
        let listener = app.listen()?;
        print(&welcome(&app, &listener.local_addr()?.to_string()).await?)?;
        app.serve(listener, move || Ok(Config::load(&sources)?)).await?;
        Ok(Verdict::Done)
    })
}

/// Where everything is, and for a new installation how to get in.
async fn welcome(app: &App, address: &str) -> anyhow::Result<String> {
    let mut text = format!(
        "chat page     http://{address}/\nhealth check  http://{address}/health\nAPI           http://{address}/openapi.json\n"
    );
    let tokens = app.store.tokens().await?;
    let admin = tokens.iter().any(|t| t.role == Role::Admin && t.revoked_at.is_none());
    if app.is_demo() {
        text.push_str(
            "This is the demo company: everybody on this machine may do everything. Ctrl-C ends it.\n",
        );
    } else if !admin {
        text.push_str(
            "There is no token yet: `tria token create --name owner --role admin` makes the first.\n",
        );
    }
    Ok(text)
}
