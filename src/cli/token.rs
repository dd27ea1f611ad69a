//! `tria token`

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::output::{CommandResult, Verdict, note, print, print_json, table};
use super::setup::{Common, open_existing_store, open_store, with_store};
use crate::domain::ids::{OutletId, TokenId};
use crate::domain::outlet::Outlet;
use crate::domain::principal::Role;
use crate::store::{NewToken, Store, TokenName, TokenRecord};

/// Make, list and revoke API tokens.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria token create --name whatsapp-bridge --role channel\n  \
    tria token create --name tampines --role outlet --outlet \"Bella Napoli - Tampines\"\n  \
    tria token revoke whatsapp-bridge\n\n\
    A program sends its token as `Authorization: Bearer TOKEN`.")]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    action: TokenAction,
}

#[derive(Debug, Subcommand)]
enum TokenAction {
    /// Make a token. It is shown once and kept only as a hash.
    Create {
        /// What people call it.
        #[arg(long)]
        name: String,
        /// What its bearer may do.
        #[arg(long)]
        role: RoleArg,
        /// For the role outlet: which, by name or number.
        #[arg(long, required_if_eq("role", "outlet"))]
        outlet: Option<String>,
        /// Print {"id","name","role","token"}.
        #[arg(long)]
        json: bool,
    },
    /// List the tokens, without their secrets.
    List {
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a token open nothing from now on.
    Revoke {
        /// The token's number or name.
        token: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleArg {
    /// Everything, tokens included.
    Admin,
    /// Orders, tickets and conversations of everybody.
    Staff,
    /// A bridge: may take orders for any outlet.
    Channel,
    /// One outlet: its own orders only.
    Outlet,
}

impl RoleArg {
    const fn role(self) -> Role {
        match self {
            Self::Admin => Role::Admin,
            Self::Staff => Role::Staff,
            Self::Channel => Role::Channel,
            Self::Outlet => Role::Outlet,
        }
    }
}

pub(super) fn run(common: &Common, args: TokenArgs) -> CommandResult {
    let config = common.config(&common.sources())?;
    match args.action {
        TokenAction::Create { name, role, outlet, json } => {
            let store = open_store(&config)?;
            with_store(store, async |store| create(store, &name, role.role(), outlet.as_deref(), json).await)
        }
        TokenAction::List { json } => {
            with_store(open_existing_store(&config)?, async |store| list(store, json).await)
        }
        TokenAction::Revoke { token } => {
            with_store(open_existing_store(&config)?, async |store| revoke(store, &token).await)
        }
    }
}

#[derive(Serialize)]
struct CreatedJson<'a> {
    id: i64,
    name: &'a str,
    role: &'static str,
    token: &'a str,
}

async fn create(store: &Store, name: &str, role: Role, outlet: Option<&str>, json: bool) -> CommandResult {
    if outlet.is_some() && role != Role::Outlet {
        bail!("--outlet goes with --role outlet only");
    }
    let outlet = match outlet {
        Some(wanted) => Some(find_outlet(&store.outlets().await?, wanted)?),
        None => None,
    };
    let NewToken { id, secret } = store.create_token(name, role, outlet).await?;
    if json {
        print_json(&CreatedJson { id: id.0, name, role: role.as_str(), token: &secret })?;
    } else {
        note(&format!("token {id} `{name}` ({}), shown this once:", role.as_str()));
        print(&secret)?;
    }
    Ok(Verdict::Done)
}

/// An outlet by its number, name or another name of it.
pub(super) fn find_outlet(outlets: &[Outlet], wanted: &str) -> anyhow::Result<OutletId> {
    let same = |name: &str| name.trim().to_lowercase() == wanted.trim().to_lowercase();
    let by_number = |o: &&Outlet| wanted.parse() == Ok(o.id.0);
    let by_name = |o: &&Outlet| same(&o.details.name);
    let by_alias = |o: &&Outlet| o.details.aliases.iter().any(|alias| same(alias));
    let found = outlets.iter().find(by_number).or_else(|| outlets.iter().find(by_name));
    found.or_else(|| outlets.iter().find(by_alias)).map(|o| o.id).ok_or_else(|| {
        let names: Vec<&str> = outlets.iter().map(|o| o.details.name.as_str()).collect();
        let near = names.iter().max_by(|a, b| {
            let score = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase());
            score(a).total_cmp(&score(b))
        });
        match near {
            Some(near) => anyhow!("no outlet is called `{wanted}`: did you mean `{near}`?"),
            None => anyhow!("there are no outlets yet: bring them in with `tria import outlets FILE.csv`"),
        }
    })
}

#[derive(Serialize)]
struct TokenJson {
    id: i64,
    name: String,
    role: &'static str,
    outlet_id: Option<i64>,
    created_at: String,
    revoked_at: Option<String>,
}

impl From<TokenRecord> for TokenJson {
    fn from(token: TokenRecord) -> Self {
        Self {
            id: token.id.0,
            name: token.name,
            role: token.role.as_str(),
            outlet_id: token.outlet.map(|o| o.0),
            created_at: token.created_at.to_string(),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
        }
    }
}

async fn list(store: &Store, json: bool) -> CommandResult {
    let tokens = store.tokens().await?;
    if json {
        print_json(&tokens.into_iter().map(TokenJson::from).collect::<Vec<_>>())?;
        return Ok(Verdict::Done);
    }
    let outlets = store.outlets().await?;
    let outlet_name = |id: OutletId| {
        outlets.iter().find(|o| o.id == id).map_or_else(|| id.to_string(), |o| o.details.name.clone())
    };
    let rows = tokens.into_iter().map(|t| {
        let state = t.revoked_at.map_or_else(|| "active".to_owned(), |at| format!("revoked {at:.0}"));
        let outlet = t.outlet.map(&outlet_name).unwrap_or_default();
        vec![
            t.id.to_string(),
            t.name,
            t.role.as_str().to_owned(),
            outlet,
            format!("{:.0}", t.created_at),
            state,
        ]
    });
    print(&table(&["ID", "NAME", "ROLE", "OUTLET", "CREATED", "STATE"], &[0], rows))?;
    Ok(Verdict::Done)
}

async fn revoke(store: &Store, token: &str) -> CommandResult {
    let which = match token.parse() {
        Ok(id) => TokenName::Id(TokenId(id)),
        Err(_) => TokenName::Name(token.to_owned()),
    };
    match store.revoke_token(which).await {
        Ok(()) => print(&format!("token {token} opens nothing any more"))?,
        Err(crate::store::StoreError::NotFound) => {
            bail!("there is no active token `{token}`: see `tria token list`")
        }
        Err(e) => return Err(e.into()),
    }
    Ok(Verdict::Done)
}
