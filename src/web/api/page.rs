//! Pages of lists: cursors in, items and cursors out.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ask::Answer;
use super::params::Paging;
use super::render::object::{Object, array};
use crate::crypto::RootKey;
use crate::model::filter::Direction;
use crate::model::problem::Problem;
use crate::model::scope::Scope;
use crate::model::time::Micros;
use crate::web::cursor;
use crate::web::error::WebError;

/// What cursors of one list, asked in one way by one scope, are sealed for.
pub struct Cursors<'a> {
    keys: &'a RootKey,
    scope: &'a Scope,
    list: String,
}

impl<'a> Cursors<'a> {
    /// `asked` is everything the list depends on but the page: the filter in the form that equal questions share.
    ///
    /// # Errors
    /// The filter cannot be written down.
    pub fn of(
        keys: &'a RootKey,
        scope: &'a Scope,
        name: &str,
        asked: &impl Serialize,
        direction: Direction,
    ) -> Result<Cursors<'a>, WebError> {
        let bytes = postcard::to_allocvec(&(asked, direction)).map_err(internal)?;
        let list = format!("api/{name}/{}", blake3::hash(&bytes).to_hex());
        Ok(Cursors { keys, scope, list })
    }

    /// Where the page begins.
    ///
    /// # Errors
    /// The cursor is not one of this list.
    pub fn begin<Position: DeserializeOwned>(&self, paging: &Paging) -> Result<Option<Position>, Problem> {
        let Some(cursor) = &paging.cursor else { return Ok(None) };
        let position = cursor::open(self.keys, &self.list, self.scope, cursor)?;
        postcard::from_bytes(&position).map(Some).map_err(|_| cursor::invalid())
    }

    /// The cursor of the page after a position.
    ///
    /// # Errors
    /// The position cannot be written down.
    pub fn after(&self, position: &impl Serialize) -> Result<String, WebError> {
        let bytes = postcard::to_allocvec(position).map_err(internal)?;
        Ok(cursor::seal(self.keys, &self.list, self.scope, &bytes))
    }
}

fn internal(error: postcard::Error) -> WebError {
    WebError::Internal(format!("a cursor cannot be written: {error}"))
}

/// The answer of a list.
pub fn answer(items: Vec<String>, cursor: Option<String>, scanned_until: Option<Micros>) -> Answer {
    let mut object = Object::new();
    object.raw("items", &array(items));
    if let Some(cursor) = cursor {
        object.text("cursor", &cursor);
    }
    if let Some(time) = scanned_until {
        object.text("scannedUntil", &time.to_string());
    }
    Answer::json(object.finish())
}
