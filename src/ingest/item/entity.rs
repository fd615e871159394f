//! Versions of entities.

use super::members::Members;
use super::path::Path;
use super::scalar;
use super::shape::Shape;
use super::{Beside, Desk, Made, Taken, id};
use crate::model::entity::EntityVersion;
use crate::model::fields::{FieldType, Names};
use crate::model::kind::EntityKind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::version::{ContentHash, Field};

/// Entities get no prefix and no defaults: an item may name only what changes, and must not move what it does
/// not name to another customer.
pub(super) fn make(
    desk: &Desk<'_>,
    kind: EntityKind,
    members: Members<'_>,
    hash: ContentHash,
) -> Result<Taken, Problem> {
    if desk.sender.only_customer.is_some() {
        return Err(Problem::new(
            ProblemKey::EntityNotAllowed,
            "The token is limited to a customer and cannot write entities.",
        )
        .at("/kind")
        .expected("a kind of log record"));
    }
    let id = members.id.ok_or_else(|| {
        Problem::new(ProblemKey::MissingField, "An entity needs an id.")
            .at("/id")
            .expected("the id of the entity")
    })?;
    let mut version = EntityVersion {
        kind,
        id: id::read(id, None, &Path::Key(&Path::Root, "id"))?.id,
        created_at: None,
        updated_at: None,
        fields: Vec::with_capacity(members.all.len()),
        removed: Vec::new(),
        hash,
    };
    for member in members.all {
        if member.is_null() {
            version.removed.push(member.name.into());
            continue;
        }
        let path = Path::Key(&Path::Root, member.sent_name());
        let mut shape = Shape::of(&member.raw, None, !member.edits.is_empty());
        if let Some(rule) = member.rule {
            shape.check(rule.value, Names::Nothing, &path)?;
            if rule.value == FieldType::Time {
                let time = scalar::ranged_time(&member.raw, desk.now, &path)?;
                match rule.name {
                    "createdAt" => version.created_at = Some(time),
                    "updatedAt" => version.updated_at = Some(time),
                    _ => {}
                }
            }
        }
        let (raw, marks) = shape.finish(member.edits);
        version.fields.push(Field {
            name: member.name.into(),
            raw,
            marks,
        });
    }
    Ok(Taken {
        made: Made::Entity(version),
        beside: Beside::default(),
        cut: 0,
    })
}
