//! The configuration: what beats what, and how mistakes are told.

use std::path::{Path, PathBuf};
use std::time::Duration;

use redtrail::config::{Config, Flag, LogFormat, Mistakes};

/// A file with this text, in a folder that goes away with it.
struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file(text: impl AsRef<[u8]>) -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redtrail.toml");
    std::fs::write(&path, text).unwrap();
    File { _folder: folder, path }
}

fn environment(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    variables.iter().map(own).collect()
}

/// The lines of the mistakes, the folder of the file left out.
fn lines(mistakes: &Mistakes, file: &File) -> Vec<String> {
    let folder = format!("{}/", file.path.parent().unwrap().display());
    mistakes
        .to_string()
        .lines()
        .map(|line| line.replace(&folder, ""))
        .collect()
}

#[test]
fn the_example_names_every_key_with_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(Config::load(Some(&path), [], &[]).unwrap(), Config::default());

    let table: toml::Table = text.parse().unwrap();
    let named: Vec<String> = table
        .iter()
        .flat_map(|(section, keys)| {
            keys.as_table()
                .unwrap()
                .keys()
                .map(move |key| format!("{section}.{key}"))
        })
        .collect();
    let mut known = Config::keys();
    known.sort_unstable();
    let mut named: Vec<&str> = named.iter().map(String::as_str).collect();
    named.sort_unstable();
    assert_eq!(named, known);
}

#[test]
fn each_default_can_be_changed_in_the_file_and_by_its_variable() {
    let other = [
        ("server.listen", "[::1]:9090"),
        ("server.public_url", "https://red.example.com"),
        ("server.workspace", "production"),
        ("server.stop_timeout", "2s"),
        ("server.log", "redtrail=debug,warn"),
        ("server.log_format", "json"),
        ("store.data_dir", "/srv/red"),
        ("store.min_free", "2GiB"),
        ("store.head_records", "1000"),
        ("store.head_memory", "64MiB"),
        ("store.ballast", "0B"),
        ("store.read_threads", "4"),
        ("store.read_queue", "10"),
        ("store.commit_queue", "8MiB"),
        ("ingest.in_flight", "1GiB"),
        ("limits.request_bytes", "30MiB"),
        ("limits.record_bytes", "2MiB"),
        ("limits.request_records", "10"),
        ("limits.read_timeout", "1m"),
        ("limits.commit_timeout", "500ms"),
        ("redaction.default_rules", "false"),
        ("redaction.keys", "iban,ssn"),
        ("auth.session", "12h"),
        ("auth.sign_in_link", "5m"),
    ];
    assert_eq!(other.map(|(key, _)| key).as_slice(), Config::keys());
    let mut all = String::new();
    let mut variables = Vec::new();
    for (key, text) in other {
        let value = match key {
            "redaction.keys" => r#"["iban", "ssn"]"#.to_owned(),
            "redaction.default_rules" => text.to_owned(),
            _ if text.bytes().all(|byte| byte.is_ascii_digit()) => text.to_owned(),
            _ => format!("{text:?}"),
        };
        let (section, name) = key.split_once('.').unwrap();
        let in_file = Config::load(Some(&file(format!("[{section}]\n{name} = {value}\n")).path), [], &[]).unwrap();
        assert_ne!(in_file, Config::default(), "{key}");
        let variable = format!("REDTRAIL_{}", key.replace('.', "_").to_uppercase());
        let by_variable = Config::load(None, environment(&[(&variable, text)]), &[]).unwrap();
        assert_eq!(by_variable, in_file, "{key}");
        all.push_str(&format!("{key} = {value}\n"));
        variables.push((variable, text.to_owned()));
    }
    let config = Config::load(Some(&file(&all).path), [], &[]).unwrap();
    assert_eq!(Config::load(None, variables, &[]).unwrap(), config);
    assert_eq!(
        (config.server.log_format, config.auth.session),
        (LogFormat::Json, Duration::from_secs(12 * 3600))
    );
    assert_eq!(
        (config.limits.record_bytes, config.redaction.keys),
        (2 << 20, vec!["iban".into(), "ssn".into()])
    );
}

#[test]
fn a_flag_beats_a_variable_beats_the_file_beats_the_default() {
    let file = file("[server]\nlisten = \"127.0.0.1:1\"\nworkspace = \"of the file\"\n");
    let variables = environment(&[
        ("REDTRAIL_SERVER_LISTEN", "127.0.0.1:2"),
        ("REDTRAIL_ADMIN_TOKEN", "pat-no-matter-what"),
        ("PATH", "/bin"),
    ]);
    let flag = Flag {
        key: "server.listen",
        name: "--listen",
        value: "127.0.0.1:3".into(),
    };
    let port = |file, variables, flags: &[Flag]| Config::load(file, variables, flags).unwrap().server.listen.port();
    assert_eq!(port(None, Vec::new(), &[]), 8080);
    assert_eq!(port(Some(&*file.path), Vec::new(), &[]), 1);
    assert_eq!(port(Some(&*file.path), variables.clone(), &[]), 2);
    assert_eq!(
        port(Some(&*file.path), variables.clone(), std::slice::from_ref(&flag)),
        3
    );
    let config = Config::load(Some(&file.path), variables, &[flag]).unwrap();
    assert_eq!(config.server.workspace, "of the file");
}

#[test]
fn all_mistakes_are_told_at_once_with_key_place_value_and_rule() {
    let file = file(
        r#"
listen = "127.0.0.1:1"
[server]
listen = "nonsense"
lisen = "127.0.0.1:1"
log_format = "xml"
stop_timeout = "5"
[server.tls]
[store]
read_threads = 0
head_records = "5"
data_dir = ""
min_free = 1.5
colour = "password1"
[limits]
request_bytes = "1MiB"
record_bytes = "2MiB"
[redaction]
keys = [1]
[sever]
log = "info"
[[endpoint]]
url = "x"
"#,
    );
    let variables = environment(&[
        ("REDTRAIL_SERVER_LISTEN", "127.0.0.1"),
        ("REDTRAIL_SERVER_LISTENS", "password2"),
        ("REDTRAIL_COLOUR", "password3"),
        ("REDTRAIL_STORE_READ_QUEUE", "many"),
    ]);
    let flag = Flag {
        key: "server.listen",
        name: "--listen",
        value: "x\ny".into(),
    };
    let mistakes = Config::load(Some(&file.path), variables, &[flag]).unwrap_err();
    let listen = "expected an IP address and a port, such as \"127.0.0.1:8080\"";
    let expected = [
        "redtrail.toml:2: listen: unknown key; did you mean server.listen?".to_owned(),
        format!("redtrail.toml:4: server.listen = \"nonsense\": {listen}"),
        "redtrail.toml:5: server.lisen: unknown key; did you mean server.listen?".into(),
        "redtrail.toml:6: server.log_format = \"xml\": expected \"text\" or \"json\"".into(),
        "redtrail.toml:7: server.stop_timeout = \"5\": expected a duration from 1s to 1m, a whole number and ms, s, m, \
         h or d, such as \"30s\""
            .into(),
        "redtrail.toml:8: server.tls: unknown key".into(),
        "redtrail.toml:10: store.read_threads = 0: expected a whole number from 1 to 64".into(),
        "redtrail.toml:11: store.head_records = \"5\": expected a whole number from 1 to 1000000000".into(),
        "redtrail.toml:12: store.data_dir = \"\": expected the path of a folder".into(),
        "redtrail.toml:13: store.min_free = a number with a fraction: expected a size from 0B to 1TiB, a whole number \
         and B, KiB, MiB, GiB or TiB, such as \"10MiB\""
            .into(),
        "redtrail.toml:14: store.colour: unknown key".into(),
        "redtrail.toml:17: limits.record_bytes = \"2MiB\": expected at most limits.request_bytes".into(),
        "redtrail.toml:19: redaction.keys = [1]: expected a list of at most 1000 texts of 1 to 128 characters".into(),
        "redtrail.toml:20: [sever]: unknown section; did you mean [server]?".into(),
        "redtrail.toml:22: endpoint: unknown key".into(),
        "REDTRAIL_COLOUR: unknown variable".into(),
        format!("REDTRAIL_SERVER_LISTEN: server.listen = \"127.0.0.1\": {listen}"),
        "REDTRAIL_SERVER_LISTENS: unknown variable; did you mean REDTRAIL_SERVER_LISTEN?".into(),
        "REDTRAIL_STORE_READ_QUEUE: store.read_queue = \"many\": expected a whole number from 1 to 65536".into(),
        format!("--listen: server.listen = \"x\\ny\": {listen}"),
    ];
    let told = lines(&mistakes, &file);
    for (told, expected) in told.iter().zip(&expected) {
        assert_eq!(told, expected);
    }
    assert_eq!(told.len(), expected.len());
}

#[test]
fn what_is_not_toml_is_told_with_its_line_beside_the_other_mistakes() {
    let broken = file("[server]\nlisten = \"127.0.0.1:1\nlog = 5\n[store\nread_threads = 0\n");
    let told = lines(&Config::load(Some(&broken.path), [], &[]).unwrap_err(), &broken);
    assert!(
        told.iter().any(|line| line.starts_with("redtrail.toml:2: not TOML")),
        "{told:#?}"
    );
    assert!(
        told.iter().any(|line| line.starts_with("redtrail.toml:4: not TOML")),
        "{told:#?}"
    );

    let twice = file("[server]\nlog = \"info\"\nlog = \"warn\"\n");
    let told = lines(&Config::load(Some(&twice.path), [], &[]).unwrap_err(), &twice);
    assert!(told[0].starts_with("redtrail.toml:3: not TOML"), "{told:#?}");
}

#[test]
fn a_file_that_cannot_be_read_is_a_mistake_like_any_other() {
    let variables = environment(&[("REDTRAIL_COLOUR", "x")]);
    let absent = Path::new("/nowhere/redtrail.toml");
    let told = Config::load(Some(absent), variables, &[]).unwrap_err().to_string();
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told.len(), 2);
    assert!(
        told[0].starts_with("/nowhere/redtrail.toml: the file cannot be read: No such file"),
        "{told:?}"
    );
    let binary = file([0xff, 0xfe]);
    let told = lines(&Config::load(Some(&binary.path), [], &[]).unwrap_err(), &binary);
    assert!(
        told[0].starts_with("redtrail.toml: the file cannot be read"),
        "{told:?}"
    );
    let long = file(vec![b'#'; 1024 * 1024 + 1]);
    let told = lines(&Config::load(Some(&long.path), [], &[]).unwrap_err(), &long);
    assert_eq!(told, ["redtrail.toml: expected at most 1048576 bytes"]);
}

#[test]
fn a_value_is_shown_short_and_on_one_line() {
    let long = file(format!("[server]\nlisten = {:?}\n", "é\n".repeat(500)));
    let mistakes = Config::load(Some(&long.path), [], &[]).unwrap_err();
    let told = lines(&mistakes, &long);
    assert_eq!(told.len(), 1);
    assert!(told[0].chars().count() < 200 && told[0].contains('…'), "{told:?}");
}
