//! Every page of the demonstration: all links lead somewhere, and the HTML is sound.

use std::collections::{BTreeSet, VecDeque};

use super::world::{Page, World, text_of};

/// Addresses with more filters than one are followed up to this many.
const FILTERED_MAX: usize = 150;

#[tokio::test]
async fn every_link_of_the_demonstration_leads_to_a_sound_page() {
    let world = World::demo().await;
    let mut known: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    let mut waiting: VecDeque<String> = known.iter().cloned().collect();
    let mut filtered = 0;
    while let Some(path) = waiting.pop_front() {
        let reply = world.visitor.get(&path).await;
        assert_eq!(reply.status, 200, "{path}");
        if !reply.header("content-type").unwrap().starts_with("text/html") {
            continue;
        }
        let page = Page::of(&path, reply);
        check(&page);
        for link in page.hrefs("[href]") {
            let link = link.split('#').next().unwrap().to_owned();
            let many = link.matches(['&', '?']).count() > 1;
            if link.is_empty() || known.contains(&link) || many && filtered >= FILTERED_MAX {
                continue;
            }
            filtered += usize::from(many);
            known.insert(link.clone());
            waiting.push_back(link);
        }
    }
    assert!(known.len() > 1000, "{}", known.len());
}

fn check(page: &Page) {
    let path = &page.path;
    assert!(page.html.errors.is_empty(), "{path}: {:?}", page.html.errors);
    assert!(page.all("style, script, [style]").is_empty(), "{path}");
    for element in page.all("*") {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("on"), "{path}: {name}");
            if matches!(name, "href" | "src" | "action") {
                let is_local = value.starts_with('/') && !value.starts_with("//") || value.starts_with('#');
                assert!(is_local, "{path}: {name}={value}");
            }
        }
    }
    headings(page);
    names(page);
}

/// One first heading, and none skips a level.
fn headings(page: &Page) {
    assert_eq!(page.all("h1").len(), 1, "{}", page.path);
    let mut last = 1;
    for heading in page.all("h1, h2, h3, h4") {
        let level: u32 = heading.value().name()[1..].parse().unwrap();
        assert!(
            level <= last + 1,
            "{}: {} after level {last}",
            page.path,
            text_of(heading)
        );
        last = level;
    }
}

/// What one can use has a name, ids come once, and tables keep their roles when they are stacked.
fn names(page: &Page) {
    let path = &page.path;
    let mut ids = BTreeSet::new();
    for element in page.all("[id]") {
        assert!(ids.insert(element.attr("id").unwrap()), "{path}: an id twice");
    }
    for control in page.all("a, button, summary") {
        let has_name = control.attr("aria-label").is_some() || !text_of(control).is_empty();
        assert!(has_name, "{path}: {}", control.html());
    }
    for input in page.all("input:not([type=hidden])") {
        let in_label = input.ancestors().any(|node| {
            node.value()
                .as_element()
                .is_some_and(|element| element.name() == "label")
        });
        assert!(in_label || input.attr("id").is_some(), "{path}: {}", input.html());
    }
    for table in page.all("table.list") {
        assert_eq!(table.attr("role"), Some("table"), "{path}");
    }
    assert_eq!(
        page.all("table.list tr:not([role=row]), table.list td:not([role=cell])")
            .len(),
        0,
        "{path}"
    );
    for dot in page.all(".s") {
        assert!(!text_of(dot).is_empty(), "{path}: a state without a word");
    }
    assert_eq!(page.all("html[lang], title").len(), 2, "{path}");
}
