//! Any bytes where stored ones are expected, and any text where JSON was checked before: no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redtrail::ingest::encoding;
use redtrail::model::fold::Folded;
use redtrail::model::json;
use redtrail::model::kind::Kind;
use redtrail::model::time::Micros;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(folded) = postcard::from_bytes::<Folded>(bytes) {
        for kind in Kind::SENT {
            let _ = (folded.fields(kind), folded.marks(kind), folded.brief_error(kind));
            let (mut summary, body) = folded.clone().split(kind);
            summary.merge(&body);
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = json::members(text).count() + json::elements(text).count();
    let _ = (json::value_end(text, 0), json::string(text), json::pointer(text, "/a/0/b"), Micros::parse(text));
    for coding in ["gzip", "zstd", "br"] {
        let _ = encoding::decompress(Some(coding), bytes.to_vec().into(), 1 << 16);
    }
});
