//! Makes the records of the load: no two alike but for planned duplicates, and cheap, since the server shares
//! the processor.

use std::collections::VecDeque;
use std::sync::Arc;

use super::records::Records;
use super::template::{Part, Slot, Template};
use crate::model::time::Micros;

/// Of 1,000 versions so many are exact duplicates of one sent shortly before.
const DUPLICATES_PER_MILLE: u64 = 50;
/// A generator's open runs, and pulls: below the lower bound it begins new ones, at the upper it ends old ones.
const OPEN_MIN: usize = 16;
const OPEN_MAX: usize = 256;
/// Every so many versions one is remembered, to be sent again; so many are remembered.
const REMEMBER_EVERY: u64 = 8;
const REMEMBERED_MAX: usize = 16;
/// Records made at the start to find how large they are without words.
const SIZED_RECORDS: usize = 2_000;

/// A connection of a customer, with a flow on it.
#[derive(Debug)]
struct Place {
    customer: Box<[u8]>,
    integration: &'static [u8],
    connection: Box<[u8]>,
    flow: Box<[u8]>,
    instance: Box<[u8]>,
    subscription: Box<[u8]>,
}

/// What all generators share.
#[derive(Debug)]
pub struct Kit {
    records: Records,
    places: Vec<Place>,
    words: Vec<&'static [u8]>,
    /// Mean bytes of the words of a record.
    words_bytes: usize,
}

const INTEGRATIONS: [&[u8]; 6] = [b"hubspot", b"salesforce", b"shopify", b"slack", b"zendesk", b"stripe"];
const PLACES: u64 = 300;
const CUSTOMERS: u64 = 120;

const WORDS: &str = "account address agent amount answer archive arrival author balance basket batch before begin \
billing board border branch brand bridge budget buyer cancel candle carrier carton change channel charge check client \
close colour column comment company contact copper corner cost country courier credit crew currency customer daily \
date deal delay deliver deposit design desk detail device differ discount dispatch dock document dollar door draft \
drawer driver due early edge email empty engine enter equal estate event every exchange export factor fail fair fee \
field filter final finish first fleet flow folder follow form freight fresh front fulfil garden gate gift glass good \
grade grand grant green gross group growth guest handle harbour height hold house import inbox index inquiry insert \
invoice island issue item join journal kettle label lamp lantern large late launch layer lead leave ledger letter \
level limit linen list loan local lock loyal machine mail manager map margin market master match maximum measure \
member merge message metal minimum minute mobile model money month morning mug name narrow net night north note \
notebook notice number object offer office onboard open option order origin outlet output owner package page pallet \
paper parcel park part partner payment pending people period phone picture piece plan plate point policy portal post \
price print priority private product profile project property public pull quality quantity quarter question queue \
quick quote rail range rate reason receipt record refund region reject release remark reminder rent repair reply \
report request reserve result return review revision ride river road role room route safe sale sample schedule season \
second section segment seller send series service session shelf ship shop short signal silver site size small solve \
sort source south spare split spring square stage stamp start state status stock stop store street subject submit \
subtotal sum summer supply support survey switch table tag target task team term ticket tier time title token total \
touch track trade trail train transfer travel trigger truck type unit update upgrade urgent user valid value variant \
vendor version view visit volume voucher wagon walnut warehouse warranty week weight west wheel white window winter \
wool word work worker wrap year yellow zone";

impl Kit {
    /// Prepares everything; records will have `record_bytes` on average, or what they have without words if
    /// that is more.
    pub fn prepare(record_bytes: usize) -> Arc<Kit> {
        const PROBE: usize = 1024;
        let bare = Kit::with_words(0).mean_bytes();
        // Not every record has words, so a byte of words more is less than a byte more on average.
        let gained = Kit::with_words(PROBE).mean_bytes().saturating_sub(bare).max(1);
        Kit::with_words(record_bytes.saturating_sub(bare) * PROBE / gained)
    }

    fn mean_bytes(self: Arc<Kit>) -> usize {
        let mut body = Vec::new();
        Generator::new(self, 1).fill(&mut body, SIZED_RECORDS, Micros(0));
        body.len() / SIZED_RECORDS
    }

    fn with_words(words_bytes: usize) -> Arc<Kit> {
        Arc::new(Kit {
            records: Records::prepare(),
            places: (0..PLACES).map(place).collect(),
            words: WORDS.split_ascii_whitespace().map(str::as_bytes).collect(),
            words_bytes,
        })
    }
}

/// The place of a number; small customers are on few places, large ones on many.
fn place(number: u64) -> Place {
    let mut random = Random(number);
    let (a, b) = (random.below(CUSTOMERS), random.below(CUSTOMERS));
    let customer = a.min(b);
    let integration = INTEGRATIONS.get(random.index(INTEGRATIONS.len()));
    let integration = integration.copied().unwrap_or_default();
    let mut hex = || -> Box<[u8]> {
        let mut id = hex16(random.next()).to_vec();
        id.extend(hex16(random.next()).iter().take(8));
        id.into()
    };
    Place {
        customer: format!("customer-{customer:03}").into_bytes().into(),
        integration,
        connection: hex(),
        flow: format!("flow-{:02}", number % 40).into_bytes().into(),
        instance: hex(),
        subscription: hex(),
    }
}

/// A run or pull that has not ended.
#[derive(Clone)]
struct Open {
    id: [u8; 36],
    place: usize,
    /// The event that launched the run.
    event: [u8; 24],
    began: [u8; 24],
    /// Versions sent.
    stage: u8,
}

/// What one version is made with.
struct Made {
    open: Option<Open>,
    place: usize,
    words: usize,
}

/// Makes versions for one connection. Different seeds give different records.
pub struct Generator {
    kit: Arc<Kit>,
    random: Random,
    runs: VecDeque<Open>,
    pulls: VecDeque<Open>,
    node_run: [u8; 36],
    event: [u8; 24],
    millis: u64,
    time: [u8; 24],
    remembered: VecDeque<Vec<u8>>,
    count: u64,
}

impl Generator {
    pub fn new(kit: Arc<Kit>, seed: u64) -> Generator {
        let mut random = Random(seed);
        let node_run = uuid(0, &mut random);
        let event = hex24(&mut random);
        Generator {
            kit,
            random,
            runs: VecDeque::new(),
            pulls: VecDeque::new(),
            node_run,
            event,
            millis: 0,
            time: [b'0'; 24],
            remembered: VecDeque::new(),
            count: 0,
        }
    }

    /// Appends so many versions as lines, all of this time.
    pub fn fill(&mut self, body: &mut Vec<u8>, count: usize, now: Micros) {
        self.millis = u64::try_from(now.0 / 1000).unwrap_or(0);
        let text = Micros(now.0 / 1000 * 1000).to_string();
        if let Ok(text) = <[u8; 24]>::try_from(text.as_bytes()) {
            self.time = text;
        }
        let kit = Arc::clone(&self.kit);
        for _ in 0..count {
            self.version(&kit, body);
            body.push(b'\n');
        }
    }

    fn version(&mut self, kit: &Kit, body: &mut Vec<u8>) {
        self.count += 1;
        if self.random.below(1000) < DUPLICATES_PER_MILLE && !self.remembered.is_empty() {
            let at = self.random.below(self.remembered.len() as u64);
            if let Some(again) = usize::try_from(at).ok().and_then(|at| self.remembered.get(at)) {
                body.extend_from_slice(again);
                return;
            }
        }
        let start = body.len();
        self.fresh(kit, body);
        if self.count.is_multiple_of(REMEMBER_EVERY) {
            let mut text = if self.remembered.len() < REMEMBERED_MAX {
                Vec::new()
            } else {
                self.remembered.pop_front().unwrap_or_default()
            };
            text.clear();
            text.extend_from_slice(body.get(start..).unwrap_or_default());
            self.remembered.push_back(text);
        }
    }

    /// A version that was never sent: of 100, 33 of runs, 10 of pulls, 25 requests, 17 node runs, 6 events, 4
    /// webhooks, 3 internal events, 2 action runs.
    fn fresh(&mut self, kit: &Kit, body: &mut Vec<u8>) {
        let records = &kit.records;
        let trouble = self.random.below(100) < 4;
        let template = match self.random.below(100) {
            0..=32 => return self.run(kit, body, trouble),
            33..=42 => return self.pull(kit, body),
            43..=67 if trouble => &records.failed_request,
            43..=67 => &records.request,
            68..=84 if trouble => &records.failed_node_run,
            68..=84 => &records.node_run,
            85..=90 => &records.event,
            91..=94 => &records.webhook,
            95..=97 => &records.internal_event,
            _ => &records.action_run,
        };
        let made = self.made(kit);
        self.write(kit, template, &made, body);
    }

    fn run(&mut self, kit: &Kit, body: &mut Vec<u8>, trouble: bool) {
        let records = &kit.records;
        let mut open = self.open(kit, |generator| &mut generator.runs, 3);
        let template = match open.stage {
            0 => &records.run_queued,
            1 => &records.run_running,
            _ if trouble => &records.run_failed,
            _ => &records.run_completed,
        };
        open.stage += 1;
        let is_over = open.stage == 3;
        let made = self.made_of(kit, open);
        self.write(kit, template, &made, body);
        if let Some(open) = made.open.filter(|_| !is_over) {
            self.runs.push_back(open);
        }
    }

    fn pull(&mut self, kit: &Kit, body: &mut Vec<u8>) {
        let mut open = self.open(kit, |generator| &mut generator.pulls, 2);
        let template = match open.stage {
            0 => &kit.records.pull_running,
            _ => &kit.records.pull_ended,
        };
        open.stage += 1;
        let is_over = open.stage == 2;
        let made = self.made_of(kit, open);
        self.write(kit, template, &made, body);
        if let Some(open) = made.open.filter(|_| !is_over) {
            self.pulls.push_back(open);
        }
    }

    /// The oldest open one, or a new one: one of `versions`, so that as many begin as end.
    fn open(&mut self, kit: &Kit, of: fn(&mut Generator) -> &mut VecDeque<Open>, versions: u64) -> Open {
        let begins = self.random.below(versions) == 0;
        let count = of(self).len();
        let goes_on = count >= OPEN_MAX || count >= OPEN_MIN && !begins;
        let oldest = goes_on.then(|| of(self).pop_front()).flatten();
        oldest.unwrap_or_else(|| Open {
            id: uuid(self.millis, &mut self.random),
            place: self.random.index(kit.places.len()),
            event: self.event,
            began: self.time,
            stage: 0,
        })
    }

    /// Sizes are uneven, as they are in life; their mean is 1.
    fn words(&mut self, kit: &Kit) -> usize {
        let quarters = match self.random.below(8) {
            0 | 1 => 1,
            2 | 3 => 2,
            4 | 5 => 4,
            6 => 6,
            _ => 12,
        };
        kit.words_bytes * quarters / 4
    }

    fn made(&mut self, kit: &Kit) -> Made {
        Made {
            open: None,
            place: self.random.index(kit.places.len()),
            words: self.words(kit),
        }
    }

    fn made_of(&mut self, kit: &Kit, open: Open) -> Made {
        Made {
            place: open.place,
            words: self.words(kit),
            open: Some(open),
        }
    }

    fn write(&mut self, kit: &Kit, template: &Template, made: &Made, body: &mut Vec<u8>) {
        let Some(place) = kit.places.get(made.place) else {
            return;
        };
        for part in template.parts() {
            match part {
                Part::Text(text) => body.extend_from_slice(text),
                Part::Slot(slot) => self.slot(kit, *slot, place, made, body),
            }
        }
    }

    fn slot(&mut self, kit: &Kit, slot: Slot, place: &Place, made: &Made, body: &mut Vec<u8>) {
        match slot {
            Slot::Id => {
                let id = uuid(self.millis, &mut self.random);
                body.extend_from_slice(&id);
                self.node_run = id;
            }
            Slot::HexId => {
                let id = hex24(&mut self.random);
                body.extend_from_slice(&id);
                self.event = id;
            }
            Slot::Open => body.extend_from_slice(made.open.as_ref().map_or(&self.node_run, |open| &open.id)),
            Slot::Run => {
                let at = self.random.index(self.runs.len());
                body.extend_from_slice(self.runs.get(at).map_or(&self.node_run, |run| &run.id));
            }
            Slot::NodeRun => body.extend_from_slice(&self.node_run),
            Slot::Event => body.extend_from_slice(made.open.as_ref().map_or(&self.event, |open| &open.event)),
            Slot::Customer => body.extend_from_slice(&place.customer),
            Slot::Integration => body.extend_from_slice(place.integration),
            Slot::Connection => body.extend_from_slice(&place.connection),
            Slot::Flow => body.extend_from_slice(&place.flow),
            Slot::Instance => body.extend_from_slice(&place.instance),
            Slot::Subscription => body.extend_from_slice(&place.subscription),
            Slot::Time => body.extend_from_slice(&self.time),
            Slot::Began => body.extend_from_slice(made.open.as_ref().map_or(&self.time, |open| &open.began)),
            Slot::Number => {
                let number = 100 + self.random.below(900);
                let digits = [number / 100, number / 10 % 10, number % 10];
                body.extend(digits.map(|digit| b'0' + u8::try_from(digit).unwrap_or(0)));
            }
            Slot::Hex => body.extend_from_slice(&hex16(self.random.next())),
            Slot::Word => body.extend_from_slice(self.word(kit)),
            Slot::Words => {
                let end = body.len() + made.words;
                while body.len() < end {
                    body.extend_from_slice(self.word(kit));
                    body.push(b' ');
                }
                // No two are alike, however short.
                body.extend_from_slice(&hex16(self.random.next()));
            }
        }
    }

    fn word<'a>(&mut self, kit: &'a Kit) -> &'a [u8] {
        let at = self.random.index(kit.words.len());
        kit.words.get(at).copied().unwrap_or_default()
    }
}

/// splitmix64: fast, and no two seeds meet.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `below`.
    fn below(&mut self, below: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(below)) >> 64) as u64
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }
}

/// A hexadecimal digit of the low four bits.
const fn digit(bits: u64) -> u8 {
    let bits = (bits & 15) as u8;
    if bits < 10 { b'0' + bits } else { b'a' - 10 + bits }
}

fn hex16(number: u64) -> [u8; 16] {
    std::array::from_fn(|at| digit(number >> (60 - 4 * at)))
}

fn hex24(random: &mut Random) -> [u8; 24] {
    let (high, low) = (random.next(), random.next());
    std::array::from_fn(|at| {
        if at < 16 {
            digit(high >> (60 - 4 * at))
        } else {
            digit(low >> (60 - 4 * (at - 16)))
        }
    })
}

/// The text of a UUIDv7 of this time.
fn uuid(millis: u64, random: &mut Random) -> [u8; 36] {
    let high = millis << 16 | 0x7000 | random.next() & 0xfff;
    let low = random.next() >> 2 | 1 << 63;
    std::array::from_fn(|at| {
        let dashes = usize::from(at > 8) + usize::from(at > 13) + usize::from(at > 18) + usize::from(at > 23);
        match (at, at - dashes) {
            (8 | 13 | 18 | 23, _) => b'-',
            (_, nibble) if nibble < 16 => digit(high >> (60 - 4 * nibble)),
            (_, nibble) => digit(low >> (60 - 4 * (nibble - 16))),
        }
    })
}
