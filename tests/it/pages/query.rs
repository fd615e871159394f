//! The query line of lists: what it finds, how it stays in links, how a mistake is told, and its help.

use redtrail::access::Role;
use redtrail::model::kind::Kind;
use redtrail::model::query::fields::FIELDS;

use super::world::{Page, World};

const RUNS: &str = concat!(
    "{\"kind\":\"customer\",\"id\":\"c-1\",\"key\":\"acme\",\"name\":\"Acme Corp\"}\n",
    "{\"kind\":\"customer\",\"id\":\"c-2\",\"name\":\"Rival\"}\n",
    "{\"kind\":\"flow_run\",\"id\":\"one\",\"customerId\":\"c-1\",\"state\":\"failed\",\"startTime\":\"2026-03-04T04:00:00Z\",",
    "\"errors\":[{\"message\":\"Slow down, please\"}]}\n",
    "{\"kind\":\"flow_run\",\"id\":\"two\",\"customerId\":\"c-2\",\"state\":\"failed\",\"startTime\":\"2026-03-04T04:01:00Z\"}\n",
    "{\"kind\":\"flow_run\",\"id\":\"three\",\"customerId\":\"c-1\",\"state\":\"completed\",\"startTime\":\"2026-03-04T04:02:00Z\",",
    "\"input\":\"please\"}\n",
);

async fn world() -> World {
    let world = World::empty().await;
    world.send(RUNS).await;
    world
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn ids(page: &Page) -> Vec<String> {
    let cells = page.all(".list .id").into_iter();
    cells.map(|id| id.attr("title").unwrap().to_owned()).collect()
}

fn typed(page: &Page) -> String {
    page.all("main input[name=q]")[0].attr("value").unwrap().to_owned()
}

#[tokio::test]
async fn a_query_finds_records_and_stays_in_the_field_and_in_every_link() {
    let world = world().await;
    let query = "customer:\"acme corp\" please";
    let page = world.page(&format!("/flow-runs?range=24h&q={}", encode(query))).await;
    assert_eq!(ids(&page), ["three", "one"]);
    assert_eq!(typed(&page), query);
    let links = [page.hrefs(".states a"), page.hrefs(".seg a")].concat();
    assert!(links.len() > 8);
    for link in links {
        assert!(link.contains("q=customer%3A%22acme%20corp%22%20please"), "{link}");
    }
    let failed = world.page(&page.hrefs(".states a")[0]).await;
    assert_eq!((ids(&failed), typed(&failed).as_str()), (vec!["one".to_owned()], query));
    // The form sends what is not in one of its fields along.
    assert_eq!(page.all("form input[type=hidden][name=range][value='24h']").len(), 1);
}

#[tokio::test]
async fn each_term_can_be_taken_away() {
    let world = world().await;
    let query = encode("STATE:failed  -customer:Rival please");
    let page = world.page(&format!("/flow-runs?customer=acme&q={query}")).await;
    assert_eq!(ids(&page), ["one"]);
    assert_eq!(
        page.texts(".chip span"),
        [
            "Customer Acme Corp",
            "Query STATE:failed",
            "Query -customer:Rival",
            "Query please"
        ]
    );
    assert_eq!(page.all(".chip[title='state:failed']").len(), 1);
    let without = world.page(&page.hrefs(".chip a")[1]).await;
    assert_eq!(typed(&without), "-customer:Rival please");
    assert_eq!(ids(&without), ["three", "one"]);
    let nothing = world.page(&page.link("Clear all").unwrap()).await;
    assert_eq!((typed(&nothing).as_str(), ids(&nothing).len()), ("", 3));
}

#[tokio::test]
async fn pages_of_a_query_lead_on_with_it() {
    let world = World::empty().await;
    let run = |n: usize| {
        format!(
            "{{\"kind\":\"flow_run\",\"id\":\"r{n:03}\",\"input\":\"word{}\"}}\n",
            n % 2
        )
    };
    world.send(&(0..140).map(run).collect::<String>()).await;
    let page = world.page("/flow-runs?q=word1").await;
    let older = page.hrefs(".pages a[rel=next]");
    let rest = world.page(&older[0]).await;
    assert_eq!((ids(&page).len(), ids(&rest).len()), (50, 20));
    assert_eq!(typed(&rest), "word1");
    // The place belongs to its query.
    let other = world.get(&older[0].replace("word1", "word0")).await;
    assert_eq!(other.reply.status, 400);
}

#[tokio::test]
async fn a_mistake_is_marked_and_the_page_goes_on() {
    let world = world().await;
    for (query, mark, told) in [
        (
            "please code:500 x",
            "code",
            "Flow Runs have no such field at character 8",
        ),
        ("é state: x", "‸", "a value is missing at character 9"),
        ("see https://<b>/y", "https", "at character 5"),
    ] {
        let page = world
            .get(&format!("/flow-runs?state=failed&range=24h&q={}", encode(query)))
            .await;
        assert_eq!(page.reply.status, 400);
        assert_eq!(
            (typed(&page).as_str(), page.text_of("#wrong mark").as_str()),
            (query, mark)
        );
        let box_text = page.text_of("#wrong");
        assert!(box_text.contains(told) && box_text.contains("Expected: "), "{box_text}");
        // Nothing that was not asked for is shown, and everything else is still there.
        assert!(page.all(".list, .empty").is_empty());
        assert_eq!(page.texts(".chip span"), ["Time last 24 h", "State Failed"]);
        let other = world.get(&page.hrefs(".seg a")[0]).await;
        assert_eq!(typed(&other), query);
        let without = world.page(&page.link("The list without it").unwrap()).await;
        assert_eq!((typed(&without).as_str(), ids(&without).len()), ("", 2));
    }
    let whole = page_of_line(&world, "a:b \"<script>\"").await;
    assert!(whole.all("main script").is_empty());
}

async fn page_of_line(world: &World, query: &str) -> Page {
    world.get(&format!("/flow-runs?q={}", encode(query))).await
}

#[tokio::test]
async fn an_empty_list_says_which_term_removed_everything() {
    let world = world().await;
    let page = page_of_line(&world, "state:failed customer:acme nowhere").await;
    assert_eq!(page.reply.status, 200);
    let rows: Vec<String> = page.texts(".empty tbody tr");
    assert_eq!(rows.len(), 3);
    assert!(
        rows[0].starts_with("Query, state:failed some") && rows[0].ends_with("none"),
        "{rows:?}"
    );
    assert!(rows[1].starts_with("Query, customer:acme some"), "{rows:?}");
    assert!(rows[2].contains("none: it removed the last some"), "{rows:?}");
    let without = world.page(&page.hrefs(".empty tbody a")[0]).await;
    assert_eq!(
        (ids(&without), typed(&without).as_str()),
        (vec!["one".to_owned()], "state:failed customer:acme")
    );
    let many: Vec<String> = (0..20).map(|n| format!("w{n}")).collect();
    let page = page_of_line(&world, &many.join(" ")).await;
    assert_eq!(page.all(".empty tbody tr").len(), 12);
    assert!(page.text().contains("8 further filters"));
}

#[tokio::test]
async fn a_name_that_too_many_have_is_told_beside_the_field() {
    let world = world().await;
    let connection = |n: usize| format!("{{\"kind\":\"connection\",\"id\":\"k{n}\",\"name\":\"Shop\"}}\n");
    world.send(&(0..1001).map(connection).collect::<String>()).await;
    let page = page_of_line(&world, "connection:shop").await;
    assert_eq!((page.reply.status, typed(&page).as_str()), (400, "connection:shop"));
    assert!(
        page.text_of("#wrong")
            .contains("More than 1000 Connections are called so")
    );
    assert_eq!(page_of_line(&world, "connection:k1").await.reply.status, 200);
}

#[tokio::test]
async fn a_field_of_the_form_takes_a_name_too() {
    let world = world().await;
    let page = world.page("/flow-runs?customer=ACME%20corp").await;
    assert_eq!(ids(&page), ["three", "one"]);
}

#[tokio::test]
async fn names_of_another_scope_find_nothing() {
    let world = world().await;
    let limited = world.server.customer(Role::Read, "c-2").await;
    for (query, found) in [
        ("customer:acme", 0),
        ("please", 0),
        ("-customer:acme", 1),
        ("customer:rival", 1),
    ] {
        let path = format!("/flow-runs?q={}", encode(query));
        let page = Page::of(&path, limited.get(&path).await);
        assert_eq!(ids(&page).len(), found, "{query}");
    }
}

#[tokio::test]
async fn the_help_tells_of_every_field_and_its_examples_work() {
    let world = world().await;
    let page = world.page("/help/query").await;
    for field in &FIELDS {
        let row = page.text_of(&format!("tr[id='{}']", field.shown()));
        assert!(row.contains(field.means) && row.contains(field.example), "{row}");
    }
    let examples = page.hrefs("td a.mono");
    assert_eq!(examples.len(), FIELDS.len());
    for example in examples {
        world.page(&example).await;
    }
    for path in Kind::SENT.iter().filter_map(|kind| kind.page_path()) {
        let list = world.page(&format!("/{path}")).await;
        assert_eq!(list.hrefs("form a[href='/help/query']").len(), 1);
    }
}
