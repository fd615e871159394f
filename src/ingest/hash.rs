//! The content hash: what makes two sendings the same.

use crate::crypto::RootKey;
use crate::ingest::item::Members;
use crate::model::kind::ItemKind;
use crate::model::version::{CONTENT_HASH_ALGORITHM, ContentHash};

/// Items up to this many bytes are put together before they are hashed: one long input costs less than many
/// short ones.
const TOGETHER_MAX_BYTES: usize = 16 * 1024;

/// Makes content hashes with the key of the data folder.
pub(super) struct Hashing {
    key: [u8; 32],
}

impl Hashing {
    pub fn new(keys: &RootKey) -> Hashing {
        Hashing {
            key: keys.derive("content hash"),
        }
    }

    /// Over the algorithm's number, the kind, the id and the members in the order of their names: as sent but for
    /// aliases and blanks, before anything is redacted, cut, prefixed or added. So neither the order of members
    /// counts, nor whether the kind came with the item or by the path.
    pub fn of(&self, kind: ItemKind, members: &Members<'_>) -> ContentHash {
        let begin = [("kind", kind.name()), ("id", members.id.unwrap_or_default())];
        let rest = members.all.iter().map(|member| (&*member.name, &*member.raw));
        let parts = begin.into_iter().chain(rest);
        let length: usize = parts.clone().map(|(name, raw)| name.len() + raw.len() + 8).sum();
        let whole = if length <= TOGETHER_MAX_BYTES {
            let mut together = Vec::with_capacity(length + 1);
            together.push(CONTENT_HASH_ALGORITHM);
            each(parts, |bytes| together.extend_from_slice(bytes));
            blake3::keyed_hash(&self.key, &together)
        } else {
            let mut hasher = blake3::Hasher::new_keyed(&self.key);
            hasher.update(&[CONTENT_HASH_ALGORITHM]);
            each(parts, |bytes| {
                hasher.update(bytes);
            });
            hasher.finalize()
        };
        let mut hash = [0; 16];
        for (to, from) in hash.iter_mut().zip(whole.as_bytes()) {
            *to = *from;
        }
        ContentHash(hash)
    }
}

/// Each text with its length before it, so that no two lists of texts read the same.
fn each<'p>(parts: impl Iterator<Item = (&'p str, &'p str)>, mut take: impl FnMut(&[u8])) {
    for text in parts.flat_map(|(name, raw)| [name, raw]) {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        take(&length.to_le_bytes());
        take(text.as_bytes());
    }
}
