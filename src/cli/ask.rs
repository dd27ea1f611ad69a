//! `tria ask` and `tria chat`: the same engine as the API, in the terminal.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};

use clap::Args;

use super::output::{CommandResult, Verdict, note, print, print_json};
use super::serve::demo_sources;
use super::setup::{Common, PoliciesArg, block_on};
use crate::app::{App, AppOptions};
use crate::chat::ask::{Ask, OutletHint};
use crate::chat::reply::Reply;
use crate::domain::ids::SessionId;
use crate::domain::message::MessageText;
use crate::domain::principal::Principal;

/// Ask one question and see the answer with its sources.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tria ask --demo \"What is your refund policy?\"")]
pub(super) struct AskArgs {
    /// The question.
    question: String,
    /// Print the whole answer as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Hold a conversation in the terminal.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tria chat --demo\n\nAn empty line or Ctrl-D ends it.")]
pub(super) struct ChatArgs {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Place {
    /// The demo company.
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    policies: PoliciesArg,
}

impl Place {
    async fn app(&self, common: &Common) -> anyhow::Result<App> {
        let config = common.config(&self.policies.over(demo_sources(common, self.demo)))?;
        let options = AppOptions {
            demo: self.demo,
            own_policies: self.policies.policies.is_some(),
            exclusive: false,
            ..AppOptions::default()
        };
        App::start(config, options).await
    }
}

pub(super) fn run(common: &Common, args: &AskArgs) -> CommandResult {
    block_on(async {
        let app = args.place.app(common).await?;
        let reply = say(&app, &args.question, None).await;
        app.store.close().await;
        let reply = reply?;
        if args.json {
            print_json(&reply)?;
        } else {
            print(&words(&reply))?;
        }
        Ok(Verdict::Done)
    })
}

pub(super) fn run_chat(common: &Common, args: &ChatArgs) -> CommandResult {
    block_on(async {
        let app = args.place.app(common).await?;
        let session = SessionId::parse(&uuid::Uuid::new_v4().to_string())?;
        let terminal = std::io::stdin().is_terminal();
        if terminal {
            note("Write to the assistant; an empty line ends the conversation.");
        }
        // Blocks this thread only; the engine works on the others.
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            if line.trim().is_empty() {
                break;
            }
            match say(&app, &line, Some(session.clone())).await {
                Ok(reply) => print(&format!("{}\n", words(&reply)))?,
                Err(fault) => note(&format!("error: {fault:#}")),
            }
        }
        app.store.close().await;
        Ok(Verdict::Done)
    })
}

async fn say(app: &App, text: &str, session: Option<SessionId>) -> anyhow::Result<Reply> {
    let ask = Ask {
        origin: None,
        principal: Principal::LOCAL,
        session,
        text: MessageText::parse(text)?,
        language: None,
        outlet: OutletHint::default(),
        allow_duplicate: false,
        idempotency: None,
    };
    Ok(app.engine.turn(ask).await?)
}

/// The answer, and below it where it stands.
fn words(reply: &Reply) -> String {
    let mut text = reply.message.clone();
    for citation in &reply.citations {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  [{} · {}]", citation.source, citation.heading);
    }
    text
}
