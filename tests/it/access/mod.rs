//! Tokens, sessions and sign-in links.

mod sessions;
mod tokens;

use std::sync::Arc;

use redtrail::access::{Access, NewToken, Role};
use redtrail::clock::{Clock, ManualClock};
use redtrail::config::Config;
use redtrail::model::id::Id;
use redtrail::model::scope::Scope;
use redtrail::model::time::Micros;
use redtrail::store::Store;
use redtrail::store::call::{Call, Steps};
use redtrail::store::memory::MemoryStore;

/// An administrator's token as the environment may hold it.
const ADMIN_TOKEN: &str = "pat-an-administrator-of-the-tests-0001";

/// One store that outlives the service, and a clock set by hand.
struct House {
    store: Arc<MemoryStore>,
    clock: ManualClock,
}

impl House {
    fn new() -> House {
        House {
            store: Arc::default(),
            clock: ManualClock::at(Micros::parse("2026-03-04T05:06:07Z").unwrap()),
        }
    }

    /// The service as it is after a start.
    async fn access(&self) -> Access {
        self.access_with(Some(ADMIN_TOKEN)).await
    }

    async fn access_with(&self, admin_token: Option<&str>) -> Access {
        let store: Arc<dyn Store> = self.store.clone();
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        Access::open(store, &Config::default(), clock, admin_token)
            .await
            .unwrap()
    }

    /// Keys and values of everything in the state store that begins so.
    async fn stored(&self, prefix: &str) -> Vec<(String, String)> {
        let store: &dyn Store = &*self.store;
        let values = store.state_scan(&call(), prefix, None, 10_000).await.unwrap();
        let text = |value| String::from_utf8(value).unwrap();
        values.into_iter().map(|value| (value.key, text(value.value))).collect()
    }
}

fn call() -> Call {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    Call::new(Arc::new(Scope::ALL), deadline, Steps::off())
}

fn id(text: &str) -> Option<Id> {
    Some(Id::parse(text).unwrap())
}

fn new(name: &str, role: Role) -> NewToken {
    NewToken {
        name: name.into(),
        role,
        customer: None,
        default_customer: None,
        default_integration: None,
        default_meta: None,
        id_prefix: None,
    }
}
