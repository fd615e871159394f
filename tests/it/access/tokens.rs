//! Tokens: what they open, what they must be, and what is kept of them.

use std::sync::Arc;

use redtrail::access::{Access, AccessError, NewToken, Role, TOKENS_MAX};
use redtrail::clock::SystemClock;
use redtrail::config::Config;
use redtrail::model::id::Id;
use redtrail::model::scope::{Only, Scope};
use redtrail::store::memory::MemoryStore;
use serde_json::value::RawValue;

use super::{ADMIN_TOKEN, House, id, new};

async fn refusal(access: &Access, new: NewToken) -> String {
    match access.create(new).await {
        Err(error @ (AccessError::Invalid(_) | AccessError::NameTaken(_))) => error.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn a_token_opens_what_its_role_allows_also_after_a_restart() {
    let house = House::new();
    let access = house.access().await;
    let mut secrets = Vec::new();
    for (name, role) in [("in", Role::Ingest), ("out", Role::Read), ("all", Role::Admin)] {
        let (token, secret) = access.create(new(name, role)).await.unwrap();
        assert_eq!((token.name.as_str(), token.role), (name, role));
        assert!(secret.starts_with("pat-") && secret.len() == 47, "{secret}");
        secrets.push(secret);
    }
    for access in [access, house.access().await] {
        let rights: Vec<_> = secrets
            .iter()
            .map(|secret| access.by_token(secret).unwrap())
            .map(|who| (who.may_ingest(), who.may_read(), who.may_administer()))
            .collect();
        assert_eq!(rights, [(true, false, false), (false, true, false), (true, true, true)]);
        let who = access.by_token(&secrets[0]).unwrap();
        assert_eq!(
            (&*who.name, &*who.sender.source, &*who.scope),
            ("in", "in", &Scope::ALL)
        );
        for wrong in [
            "",
            "pat-",
            &secrets[0][..46],
            &format!("{}x", secrets[0]),
            &secrets[0][4..],
        ] {
            assert!(access.by_token(wrong).is_none(), "{wrong}");
        }
        assert!(access.by_token(&format!("pat-{}", "x".repeat(100_000))).is_none());
    }
}

#[tokio::test]
async fn no_secret_is_kept_or_listed() {
    let house = House::new();
    let access = house.access().await;
    let (token, secret) = access.create(new("in", Role::Ingest)).await.unwrap();
    let session = access
        .session_for(&access.by_token(ADMIN_TOKEN).unwrap())
        .await
        .unwrap();
    let link = access.create_link().await.unwrap();
    let kept = house.stored("").await;
    assert_eq!(kept.len(), 3);
    for secret in [secret.as_str(), ADMIN_TOKEN, &session, &link] {
        assert!(
            kept.iter()
                .all(|(key, value)| !key.contains(secret) && !value.contains(secret))
        );
    }
    let listed = serde_json::to_value(access.tokens().await.unwrap()).unwrap();
    assert_eq!(
        listed,
        serde_json::json!([{"id": token.id, "name": "in", "role": "ingest", "createdAt": "2026-03-04T05:06:07.000Z"}])
    );
}

#[tokio::test]
async fn a_revoked_token_opens_nothing_and_gives_its_name_back() {
    let house = House::new();
    let access = house.access().await;
    let (token, secret) = access.create(new("in", Role::Ingest)).await.unwrap();
    let twice = refusal(&access, new("in", Role::Read)).await;
    assert!(twice.contains("a token named in is in use"), "{twice}");
    house.clock.advance(1_000_000);
    let revoked = access.revoke(&token.id).await.unwrap();
    assert!(revoked.revoked_at.is_some_and(|at| at > revoked.created_at));
    assert!(access.by_token(&secret).is_none());
    house.clock.advance(1_000_000);
    let again = access.revoke(&token.id).await.unwrap();
    assert_eq!(again.revoked_at, revoked.revoked_at);
    assert!(matches!(access.revoke("0").await, Err(AccessError::NotFound)));

    let access = house.access().await;
    assert!(access.by_token(&secret).is_none());
    let (other, secret) = access.create(new("in", Role::Ingest)).await.unwrap();
    assert!(access.by_token(&secret).is_some());
    let ids: Vec<_> = access
        .tokens()
        .await
        .unwrap()
        .into_iter()
        .map(|token| token.id)
        .collect();
    assert_eq!(ids, [token.id, other.id]);
}

#[tokio::test]
async fn a_token_gives_its_sender_limits_and_defaults() {
    let house = House::new();
    let access = house.access().await;
    let meta = r#"{ "environment" : "test", "n": 1.50 }"#;
    let limited = NewToken {
        customer: id("acme"),
        default_integration: id("hubspot"),
        default_meta: Some(RawValue::from_string(meta.into()).unwrap()),
        id_prefix: Some("acme:".into()),
        ..new("acme", Role::Ingest)
    };
    let (_, secret) = access.create(limited).await.unwrap();
    for access in [access, house.access().await] {
        let who = access.by_token(&secret).unwrap();
        let acme = Id::parse("acme").unwrap();
        assert_eq!(who.scope.customers, Only::These([acme.clone()].into()));
        assert_eq!(who.sender.only_customer, Some(acme.clone()));
        assert_eq!(who.sender.default_customer, Some(acme));
        assert_eq!(who.sender.default_integration, id("hubspot"));
        assert_eq!(who.sender.id_prefix.as_deref(), Some("acme:"));
        let expected = [("environment", "\"test\""), ("n", "1.50")].map(|(key, value)| (key.into(), value.into()));
        assert_eq!(who.sender.default_meta, expected);
    }
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_with_the_rule() {
    let house = House::new();
    let access = house.access().await;
    let named = |name: &str| new(name, Role::Ingest);
    let meta = |text: &str| NewToken {
        default_meta: Some(RawValue::from_string(text.into()).unwrap()),
        ..named("m")
    };
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(4096));
    let cases = [
        (named(""), "name: expected 1 to 64 characters"),
        (named(&"x".repeat(65)), "name: expected at most 64 characters"),
        (named("a\nb"), "name: expected 1 to 64 characters"),
        (named("a\u{200b}b"), "name: expected 1 to 64 characters"),
        (named(" a"), "without blanks at either end"),
        (named("a/b"), "name: expected 1 to 64 characters"),
        (named("local"), "are names of ours"),
        (
            NewToken {
                customer: id("acme"),
                ..named("m")
            },
            "idPrefix: a sender limited to a customer needs one",
        ),
        (
            NewToken {
                customer: id("acme"),
                id_prefix: Some("acme:".into()),
                default_customer: id("globex"),
                ..named("m")
            },
            "defaultCustomer: ",
        ),
        (
            NewToken {
                customer: id("acme"),
                ..new("m", Role::Admin)
            },
            "customer: an administrator cannot be limited",
        ),
        (
            NewToken {
                id_prefix: Some("a:".into()),
                ..new("m", Role::Read)
            },
            "role: a read token sends nothing",
        ),
        (
            NewToken {
                id_prefix: Some(String::new()),
                ..named("m")
            },
            "idPrefix: expected an id of at least one",
        ),
        (
            NewToken {
                id_prefix: Some("x".repeat(65)),
                ..named("m")
            },
            "idPrefix: expected at most 64 bytes",
        ),
        (meta("[1]"), "defaultMeta: expected a JSON object"),
        (meta(r#"{"a":1,"\u0061":2}"#), "defaultMeta: expected each key once"),
        (meta(&long), "defaultMeta: expected at most 4096 bytes"),
    ];
    for (new, rule) in cases {
        let told = refusal(&access, new).await;
        assert!(told.contains(rule), "{told} does not say: {rule}");
    }
    // An id that comes as JSON was not looked at by anybody yet.
    let json = r#"{"name":"m","role":"read","customer":"a\u0000b"}"#;
    let told = refusal(&access, serde_json::from_str(json).unwrap()).await;
    assert!(told.contains("customer: expected an id without control"), "{told}");
    assert!(access.tokens().await.unwrap().is_empty());
}

#[tokio::test]
async fn prefixes_of_two_customers_never_overlap() {
    let house = House::new();
    let access = house.access().await;
    let sender = |name: &str, customer: Option<&str>, prefix: &str| NewToken {
        customer: customer.and_then(id),
        id_prefix: Some(prefix.into()),
        ..new(name, Role::Ingest)
    };
    let (first, _) = access.create(sender("1", Some("acme"), "acme:")).await.unwrap();
    access.create(sender("2", Some("acme"), "acme:eu:")).await.unwrap();
    access.create(sender("3", None, "all:")).await.unwrap();
    access.create(sender("4", None, "all:2")).await.unwrap();
    access.revoke(&first.id).await.unwrap();
    for (customer, prefix) in [
        (Some("globex"), "acme:"),
        (Some("globex"), "a"),
        (Some("globex"), "acme:eu:2"),
        (Some("globex"), "all:"),
        (None, "acme"),
    ] {
        let told = refusal(&access, sender("5", customer, prefix)).await;
        assert!(told.contains("begins like this"), "{told}");
    }
    access.create(sender("5", Some("globex"), "globex:")).await.unwrap();
}

#[tokio::test]
async fn there_are_never_more_tokens_than_the_limit() {
    let house = House::new();
    let access = house.access().await;
    let mut first = None;
    for number in 0..TOKENS_MAX {
        let (token, _) = access.create(new(&number.to_string(), Role::Read)).await.unwrap();
        first.get_or_insert(token);
    }
    let told = refusal(&access, new("more", Role::Read)).await;
    assert!(told.contains("there are 1000 tokens"), "{told}");
    access.revoke(&first.unwrap().id).await.unwrap();
    access.create(new("more", Role::Read)).await.unwrap();
}

#[tokio::test]
async fn the_token_of_the_environment_is_an_administrator_and_never_stored() {
    let house = House::new();
    let access = house.access().await;
    let who = access.by_token(ADMIN_TOKEN).unwrap();
    assert_eq!((&*who.name, who.may_administer()), ("admin", true));
    assert!(house.stored("").await.is_empty());
    assert!(house.access_with(None).await.by_token(ADMIN_TOKEN).is_none());
    for (wrong, rule) in [
        ("", "must begin with pat-"),
        ("xyz-an-administrator-of-the-tests-0001", "must begin with pat-"),
        ("pat-short", "must have at least 32 characters"),
        ("pat-with a blank in it, which no header takes", "visible ASCII"),
        (&format!("pat-{}", "x".repeat(300)), "at most 256 characters"),
    ] {
        let opened = Access::open(
            Arc::new(MemoryStore::new()),
            &Config::default(),
            Arc::new(SystemClock),
            Some(wrong),
        )
        .await;
        let Err(AccessError::Invalid(told)) = opened else {
            panic!("{wrong} was taken");
        };
        assert!(
            told.starts_with("REDTRAIL_ADMIN_TOKEN") && told.contains(rule),
            "{told}"
        );
        assert!(wrong.is_empty() || !told.contains(wrong), "{told} tells the secret");
    }
}
