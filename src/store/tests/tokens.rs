//! API tokens.

use super::harness::TestStore;
use crate::domain::ids::OutletId;
use crate::domain::principal::{Principal, Role};
use crate::store::*;

#[tokio::test]
async fn a_token_opens_until_it_is_revoked() {
    let s = TestStore::new().await;
    let staff = s.create_token("desk", Role::Staff, None).await.unwrap();
    let till = s.create_token("till", Role::Outlet, Some(OutletId(2))).await.unwrap();
    assert_ne!(staff.secret, till.secret);
    assert!(!format!("{staff:?}").contains(&staff.secret), "a secret does not reach a log");
    let expected = Principal { role: Role::Outlet, token: Some(till.id), outlet: Some(OutletId(2)) };
    assert_eq!(s.authenticate(&till.secret).await, Ok(Some(expected)));
    for wrong in ["", "tria_", "tria_00", &till.secret[..till.secret.len() - 1], &format!("{}0", till.secret)]
    {
        assert_eq!(s.authenticate(wrong).await, Ok(None), "{wrong}");
    }
    s.revoke_token(TokenName::Name("till".to_owned())).await.unwrap();
    assert_eq!(s.authenticate(&till.secret).await, Ok(None));
    s.revoke_token(TokenName::Id(staff.id)).await.unwrap();
    assert_eq!(s.authenticate(&staff.secret).await, Ok(None));
    assert_eq!(s.revoke_token(TokenName::Id(staff.id)).await, Err(StoreError::NotFound));
    // The name is free again; the list keeps both.
    s.create_token("till", Role::Channel, None).await.unwrap();
    let tokens = s.tokens().await.unwrap();
    let listed: Vec<_> = tokens.iter().map(|t| (t.name.as_str(), t.role, t.revoked_at.is_some())).collect();
    assert_eq!(
        listed,
        [("desk", Role::Staff, true), ("till", Role::Outlet, true), ("till", Role::Channel, false)]
    );
}

#[tokio::test]
async fn the_secret_is_not_in_the_file() {
    let s = TestStore::new().await;
    let token = s.create_token("desk", Role::Admin, None).await.unwrap();
    let path = s.path().to_owned();
    let TestStore { store, dir: _dir } = s;
    store.close().await;
    let bytes = std::fs::read(path).unwrap();
    let secret = token.secret.trim_start_matches("tria_").as_bytes();
    assert!(!bytes.windows(secret.len()).any(|window| window == secret));
}

#[tokio::test]
async fn what_makes_no_token() {
    let s = TestStore::new().await;
    s.create_token("desk", Role::Staff, None).await.unwrap();
    let check = async |name: &str, role, outlet| {
        let result = s.create_token(name, role, outlet).await;
        assert!(matches!(result, Err(StoreError::Refused(_))), "{result:?}");
    };
    check("desk", Role::Staff, None).await;
    check(" ", Role::Staff, None).await;
    check("x", Role::Anonymous, None).await;
    check("x", Role::Outlet, None).await;
    check("x", Role::Outlet, Some(OutletId(99))).await;
    check("x", Role::Staff, Some(OutletId(1))).await;
    assert_eq!(s.tokens().await.unwrap().len(), 1);
}
