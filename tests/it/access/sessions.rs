//! Sessions of pages, and sign-in links.

use redtrail::access::{AccessError, LINKS_MAX, NewToken, Principal, Role, SESSIONS_MAX};
use redtrail::model::time::{DAY, HOUR, SECOND};

use super::{ADMIN_TOKEN, House, call, id, new};

#[tokio::test]
async fn a_link_gives_one_administrators_session() {
    let house = House::new();
    let access = house.access().await;
    let link = access.create_link().await.unwrap();
    assert!(access.by_token(&link).is_none(), "a link is no token");
    let access = house.access().await;
    let cookie = access.redeem_link(&link).await.unwrap();
    assert_ne!(cookie, link);
    let who = access.by_session(&cookie).await.unwrap().unwrap();
    assert_eq!((&*who.name, who.may_administer()), ("session", true));
    assert!(matches!(
        access.redeem_link(&link).await,
        Err(AccessError::NotAuthenticated)
    ));
    for wrong in [&*link, "", "pat-", &"x".repeat(1000)] {
        assert!(access.by_session(wrong).await.unwrap().is_none());
        assert!(matches!(
            access.redeem_link(wrong).await,
            Err(AccessError::NotAuthenticated)
        ));
    }
}

#[tokio::test]
async fn links_and_sessions_end_in_time_and_are_swept() {
    let house = House::new();
    let access = house.access().await;
    let [used, late] = [access.create_link().await.unwrap(), access.create_link().await.unwrap()];
    house.clock.advance(HOUR - SECOND);
    let cookie = access.redeem_link(&used).await.unwrap();
    house.clock.advance(SECOND);
    assert!(matches!(
        access.redeem_link(&late).await,
        Err(AccessError::NotAuthenticated)
    ));
    assert_eq!(house.stored("link/").await.len(), 1);
    access.create_link().await.unwrap();
    assert_eq!(house.stored("link/").await.len(), 1, "the one that expired was swept");

    house.clock.advance(30 * DAY - 2 * SECOND);
    assert!(access.by_session(&cookie).await.unwrap().is_some());
    house.clock.advance(2 * SECOND);
    assert!(access.by_session(&cookie).await.unwrap().is_none());
    assert_eq!(house.stored("session/").await.len(), 1);
    house.access().await;
    assert!(house.stored("session/").await.is_empty() && house.stored("link/").await.is_empty());
}

#[tokio::test]
async fn a_session_is_worth_what_its_token_is_and_ends_with_it() {
    let house = House::new();
    let access = house.access().await;
    let limited = NewToken {
        customer: id("acme"),
        ..new("acme's pages", Role::Read)
    };
    let (token, secret) = access.create(limited).await.unwrap();
    let principal = access.by_token(&secret).unwrap();
    let cookie = access.session_for(&principal).await.unwrap();
    for access in [house.access().await, house.access().await] {
        let who = access.by_session(&cookie).await.unwrap().unwrap();
        assert_eq!(
            (&*who.name, who.role, &who.scope),
            ("acme's pages", Role::Read, &principal.scope)
        );
    }
    access.revoke(&token.id).await.unwrap();
    assert!(access.by_session(&cookie).await.unwrap().is_none());
    let access = house.access().await;
    assert!(access.by_session(&cookie).await.unwrap().is_none());
    assert!(house.stored("session/").await.is_empty());
}

#[tokio::test]
async fn a_session_of_the_environments_token_ends_when_it_is_changed() {
    let house = House::new();
    let access = house.access().await;
    let cookie = access
        .session_for(&access.by_token(ADMIN_TOKEN).unwrap())
        .await
        .unwrap();
    assert!(access.by_session(&cookie).await.unwrap().unwrap().may_administer());
    let access = house.access().await;
    assert!(access.by_session(&cookie).await.unwrap().unwrap().may_administer());
    let other = ADMIN_TOKEN.replace("0001", "0002");
    for changed in [Some(&*other), None] {
        let access = house.access_with(changed).await;
        assert!(access.by_session(&cookie).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn only_who_may_read_gets_a_session() {
    let house = House::new();
    let access = house.access().await;
    let (_, secret) = access.create(new("in", Role::Ingest)).await.unwrap();
    for who in [access.by_token(&secret).unwrap(), Principal::local(), Principal::open()] {
        assert!(matches!(access.session_for(&who).await, Err(AccessError::Denied(_))));
    }
    assert!(house.stored("session/").await.is_empty());
}

#[tokio::test]
async fn signing_out_ends_a_session_for_good() {
    let house = House::new();
    let access = house.access().await;
    let who = access.by_token(ADMIN_TOKEN).unwrap();
    let [gone, kept] = [
        access.session_for(&who).await.unwrap(),
        access.session_for(&who).await.unwrap(),
    ];
    access.sign_out(&gone).await.unwrap();
    access.sign_out(&gone).await.unwrap();
    access.sign_out("pat-never").await.unwrap();
    assert!(access.by_session(&gone).await.unwrap().is_none());
    assert!(access.by_session(&kept).await.unwrap().is_some());
}

#[tokio::test]
async fn the_oldest_link_and_the_oldest_session_go_at_the_limit() {
    let house = House::new();
    let access = house.access().await;
    let mut links = Vec::new();
    for _ in 0..=LINKS_MAX {
        house.clock.advance(1);
        links.push(access.create_link().await.unwrap());
    }
    assert_eq!(house.stored("link/").await.len(), LINKS_MAX);
    assert!(access.redeem_link(&links[0]).await.is_err());
    let first = access.redeem_link(&links[1]).await.unwrap();

    // Filled up by hand: making each would look through all that are there.
    let (key, value) = house.stored("session/").await.remove(0);
    let writes = (1..SESSIONS_MAX).map(|number| redtrail::store::StateWrite::Create {
        key: format!(
            "{}{number:04}",
            &key[..key.len() - 4].replace(|c: char| c.is_ascii_digit(), "z")
        ),
        value: value.replace("2026", "2027").into(),
    });
    let commit = redtrail::store::Commit {
        state: writes.collect(),
        ..Default::default()
    };
    let store: &dyn redtrail::store::Store = &*house.store;
    assert!(store.commit(&call(), commit).await.unwrap().state_held);
    let next = access.redeem_link(&links[2]).await.unwrap();
    assert_eq!(house.stored("session/").await.len(), SESSIONS_MAX);
    assert!(access.by_session(&first).await.unwrap().is_none());
    assert!(access.by_session(&next).await.unwrap().is_some());
}
