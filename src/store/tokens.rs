//! API tokens. Only the SHA-256 of a secret is kept: it has 256 random bits, so it needs no slow hash.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::codec::{micros, moment, moment_opt, now, parsed};
use super::error::StoreError;
use super::open::Store;
use super::records::{NewToken, TokenName, TokenRecord};
use crate::domain::ids::{OutletId, TokenId};
use crate::domain::principal::{Principal, Role};

/// What secrets begin with, so that scanners of repositories can tell a leaked one.
const PREFIX: &str = "tria_";

impl Store {
    /// Makes a token. [`StoreError::Refused`] when another token bears the name, when the role is
    /// [`Role::Anonymous`], or when an outlet is given without [`Role::Outlet`] or missing with it.
    pub async fn create_token(
        &self,
        name: &str,
        role: Role,
        outlet: Option<OutletId>,
    ) -> Result<NewToken, StoreError> {
        let name = name.trim().to_owned();
        let secret = new_secret()?;
        self.write(move |conn| {
            check_new(conn, &name, role, outlet)?;
            conn.prepare_cached(
                "INSERT INTO tokens (name, secret_hash, role, outlet_id, created_at) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![
                name,
                hash(&secret),
                role.as_str(),
                outlet.map(|id| id.0),
                micros(now())
            ])?;
            Ok(NewToken { id: TokenId(conn.last_insert_rowid()), secret })
        })
        .await
    }

    /// All tokens, revoked ones too, oldest first.
    pub async fn tokens(&self) -> Result<Vec<TokenRecord>, StoreError> {
        self.read(|conn| {
            let mut select = conn.prepare_cached("SELECT * FROM tokens ORDER BY id")?;
            Ok(select.query_map([], token)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Ends a token, at once and for good. [`StoreError::NotFound`] when none that is valid bears the name.
    pub async fn revoke_token(&self, which: TokenName) -> Result<(), StoreError> {
        self.write(move |conn| {
            let (id, name) = match which {
                TokenName::Id(id) => (Some(id.0), None),
                TokenName::Name(name) => (None, Some(name)),
            };
            let sql = "UPDATE tokens SET revoked_at = ?1 WHERE revoked_at IS NULL AND (id = ?2 OR name = ?3)";
            match conn.prepare_cached(sql)?.execute(params![micros(now()), id, name])? {
                0 => Err(StoreError::NotFound),
                _ => Ok(()),
            }
        })
        .await
    }

    /// Who bears this secret; `None` when it opens nothing (any more).
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Principal>, StoreError> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        // Looked up by hash: how long that takes says nothing about the secret.
        let hash = hash(secret);
        self.read(move |conn| {
            let mut select =
                conn.prepare_cached("SELECT * FROM tokens WHERE secret_hash = ? AND revoked_at IS NULL")?;
            let found = select.query_row([&hash[..]], token).optional()?;
            Ok(found.map(|token| Principal { role: token.role, token: Some(token.id), outlet: token.outlet }))
        })
        .await
    }
}

fn check_new(conn: &Connection, name: &str, role: Role, outlet: Option<OutletId>) -> Result<(), StoreError> {
    let refused = |why: &str| Err(StoreError::Refused(why.to_owned()));
    if name.is_empty() {
        return refused("a token needs a name");
    }
    match (role, outlet) {
        (Role::Anonymous, _) => return refused("a token cannot be anonymous"),
        (Role::Outlet, None) => return refused("a token of role outlet needs an outlet"),
        (Role::Outlet, Some(id)) => {
            let sql = "SELECT EXISTS (SELECT 1 FROM outlets WHERE id = ?)";
            if !conn.prepare_cached(sql)?.query_row([id.0], |row| row.get::<_, bool>(0))? {
                return refused("there is no such outlet");
            }
        }
        (_, Some(_)) => return refused("only a token of role outlet is bound to an outlet"),
        (_, None) => {}
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM tokens WHERE name = ? AND revoked_at IS NULL)";
    if conn.prepare_cached(sql)?.query_row([name], |row| row.get::<_, bool>(0))? {
        return Err(StoreError::Refused(format!("there is a token called `{name}`: revoke it first")));
    }
    Ok(())
}

fn new_secret() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| StoreError::Internal(e.to_string()))?;
    Ok(bytes.iter().fold(PREFIX.to_owned(), |secret, byte| format!("{secret}{byte:02x}")))
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn token(row: &Row<'_>) -> rusqlite::Result<TokenRecord> {
    let outlet: Option<i64> = row.get("outlet_id")?;
    Ok(TokenRecord {
        id: TokenId(row.get("id")?),
        name: row.get("name")?,
        role: parsed(row, "role", Role::parse)?,
        outlet: outlet.map(OutletId),
        created_at: moment(row, "created_at")?,
        revoked_at: moment_opt(row, "revoked_at")?,
    })
}
