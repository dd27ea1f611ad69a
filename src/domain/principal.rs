//! Who is asking, and what they may do.

use super::ids::{OutletId, TokenId};

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything, tokens included.
    Admin,
    /// Orders, tickets and conversations of everybody.
    Staff,
    /// A bridge (`WhatsApp`, a web shop): may take orders for any outlet.
    Channel,
    /// One outlet: its own orders only.
    Outlet,
    /// Nobody known.
    Anonymous,
}

impl Role {
    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Staff => "staff",
            Self::Channel => "channel",
            Self::Outlet => "outlet",
            Self::Anonymous => "anonymous",
        }
    }

    /// Reads the name of a role that a token can carry.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Admin, Self::Staff, Self::Channel, Self::Outlet].into_iter().find(|r| r.as_str() == name)
    }

    /// May place an order that is confirmed at once, for any outlet.
    pub const fn is_trusted_channel(self) -> bool {
        matches!(self, Self::Admin | Self::Staff | Self::Channel)
    }

    /// May see and change what belongs to any customer.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Admin | Self::Staff)
    }
}

/// A caller: its role, the token it came with, and the outlet it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Principal {
    /// What it may do.
    pub role: Role,
    /// The token, unless anonymous or local (command line, demo).
    pub token: Option<TokenId>,
    /// For [`Role::Outlet`]: whose orders it may see and make.
    pub outlet: Option<OutletId>,
}

impl Principal {
    /// Nobody known.
    pub const ANONYMOUS: Self = Self { role: Role::Anonymous, token: None, outlet: None };
    /// The operator at this machine (command line), or anybody in the demo, which is bound to loopback.
    pub const LOCAL: Self = Self { role: Role::Admin, token: None, outlet: None };

    /// The name under which sessions and idempotency keys are kept apart; holds no secret.
    pub fn scope(&self) -> String {
        match (self.role, self.token) {
            (Role::Anonymous, _) => "anonymous".to_owned(),
            (_, Some(token)) => format!("token:{token}"),
            (_, None) => "local".to_owned(),
        }
    }
}
