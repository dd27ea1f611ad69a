//! Backups.

use std::fs;

use super::harness::{BOXES, LABELS, TestStore, open, order, plain, silent};
use crate::domain::order::OrderStatus::Confirmed;
use crate::store::{
    BackupInfo, Effect, OpenError, OrderFilter, Store, StoreError, StoreOptions, restore, verify,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_under_writes_and_is_whole() {
    let s = TestStore::new().await;
    let store = s.store.clone();
    let writing = tokio::spawn(async move {
        for _ in 0..200 {
            let effect = Effect::PlaceOrder {
                order: order(&[(LABELS, 1)], Confirmed),
                ticket: None,
                checks: crate::store::PlaceChecks::default(),
            };
            store.commit(plain(effect), silent()).await.unwrap();
        }
    });
    for n in 0..5 {
        let target = s.dir.path().join(format!("backup-{n}.db"));
        let info = s.backup_to(&target).await.unwrap();
        assert_eq!(verify(&target).unwrap(), info);
        assert!(
            matches!(s.backup_to(&target).await, Err(StoreError::Refused(_))),
            "an old backup is not replaced"
        );
    }
    writing.await.unwrap();
    let names = fs::read_dir(s.dir.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let left: Vec<_> =
        names.filter(|n| n.starts_with("backup") && (n.contains(".db-") || n.contains(".part"))).collect();
    assert_eq!(left, Vec::<String>::new(), "nothing but the backups themselves");
}

#[tokio::test]
async fn a_backup_is_put_back_and_the_old_kept() {
    let s = TestStore::new().await;
    s.place(order(&[(BOXES, 10)], Confirmed)).await;
    let file = s.dir.path().join("monday.backup");
    let info = s.backup_to(&file).await.unwrap();
    assert_eq!((info.schema, info.orders, info.messages), (crate::store::migrations::KNOWN, 1, 0));
    s.place(order(&[(BOXES, 20)], Confirmed)).await;
    let path = s.path().to_owned();
    let locked = restore(&file, &path);
    assert!(matches!(locked, Err(OpenError::Locked { .. })), "{locked:?}");
    let TestStore { store, dir } = s;
    store.close().await;

    let kept = restore(&file, &path).unwrap().unwrap();
    let store = open(dir.path());
    assert_eq!(store.orders(OrderFilter::default()).await.unwrap().len(), 1);
    store.close().await;
    assert_eq!(verify(&kept).unwrap().orders, 2);
}

#[tokio::test]
async fn a_bad_backup_changes_nothing() {
    let s = TestStore::new().await;
    s.place(order(&[(LABELS, 10)], Confirmed)).await;
    let good = s.dir.path().join("good.backup");
    s.backup_to(&good).await.unwrap();
    let path = s.path().to_owned();
    let TestStore { store, dir } = s;
    store.close().await;
    let before = fs::read(&path).unwrap();
    let bad = dir.path().join("bad.backup");
    let check = |bytes: Vec<u8>, expected: fn(&OpenError) -> bool| {
        fs::write(&bad, bytes).unwrap();
        for result in [verify(&bad).map(|_: BackupInfo| ()), restore(&bad, &path).map(|_| ())] {
            let error = result.unwrap_err();
            assert!(expected(&error), "{error}");
        }
        assert_eq!(fs::read(&path).unwrap(), before);
    };
    let bytes = fs::read(&good).unwrap();
    let damaged: fn(&OpenError) -> bool = |e| matches!(e, OpenError::Damaged(_));
    check(bytes[..bytes.len() / 2].to_vec(), damaged);
    check(Vec::new(), damaged);
    check(b"not a database at all, whatever its name says".repeat(100), damaged);
    let mut newer = bytes;
    newer[60..64].copy_from_slice(&77_u32.to_be_bytes()); // user_version in the header
    check(newer, |e| matches!(e, OpenError::NewerSchema { found: 77, .. }));
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    assert_eq!(store.ping().await, Ok::<(), StoreError>(()));
}
