//! `[auth]`

use std::time::Duration;

use super::given::Given;
use super::rule;

/// `[auth]`
#[derive(Debug, Clone, PartialEq)]
pub struct Auth {
    /// How long a page's session lasts.
    pub session: Duration,
    /// How long a sign-in link can be used.
    pub sign_in_link: Duration,
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Default for Auth {
    fn default() -> Auth {
        Auth {
            session: 30 * DAY,
            sign_in_link: 60 * MINUTE,
        }
    }
}

impl Auth {
    pub(super) fn read(given: &mut Given) -> Auth {
        let default = Auth::default();
        // Browsers keep no cookie for longer than 400 days.
        let session = rule::duration(MINUTE, 400 * DAY);
        let link = rule::duration(MINUTE, 7 * DAY);
        Auth {
            session: given.take("auth.session", default.session, &session),
            sign_in_link: given.take("auth.sign_in_link", default.sign_in_link, &link),
        }
    }
}
