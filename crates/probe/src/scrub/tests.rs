use super::*;

fn shown(rules: &Rules, arguments: &[&str]) -> String {
    let mut raw = arguments.join("\0").into_bytes();
    raw.push(0);
    rules.command_line(&raw)
}

fn check(arguments: &[&str], expected: &str) {
    assert_eq!(shown(&Rules::default(), arguments), expected);
}

#[test]
fn values_of_secret_names_are_masked() {
    check(&["app", "--password=x y"], "app --password=***");
    check(&["app", "--password", "hunter2", "-v"], "app --password *** -v");
    check(&["env", "DB_PASSWORD=x", "run"], "env DB_PASSWORD=*** run");
    check(&["app", "--api-key=1", "--auth-token", "2"], "app --api-key=*** --auth-token ***");
    check(&["app", "apiKey=1", "-Dspring.dbPassword=2"], "app apiKey=*** -Dspring.dbPassword=***");
    check(&["env", "PGPASSWORD=x", "MYSQL_PWD=y"], "env PGPASSWORD=*** MYSQL_PWD=***");
    check(&["redis-server", "--requirepass", "x"], "redis-server --requirepass ***");
    check(&["curl", "-H", "Authorization: Bearer abc"], "curl -H Authorization: Bearer ***");
    check(&["curl", "-H", "Authorization:Bearer abc"], "curl -H Authorization:Bearer ***");
    check(&["curl", "-H", "authorization:abc"], "curl -H authorization:***");
    check(&["curl", "-H", "X-Api-Key:abc"], "curl -H X-Api-Key:***");
    check(&["curl", "-H", "Authorization: token abc"], "curl -H Authorization: ***");
    check(
        &["curl", "-H", "Authorization: Digest username=\"a\", response=\"b\""],
        "curl -H Authorization: ***",
    );
    check(&["curl", "--header=Authorization: token abc"], "curl --header=Authorization: ***");
}

#[test]
fn a_secret_may_begin_with_a_dash() {
    check(&["app", "--password", "-hunter2", "-v"], "app --password *** -v");
    check(&["app", "--password", "--x", "-v"], "app --password *** -v");
    check(&["app --password -hunter2 -v"], "app --password *** -v");
    check(&["app", "--password", "", "-v"], "app --password  -v");
    check(&["mongod", "--auth", "--port", "1"], "mongod --auth --port 1");
    check(&["app", "--auth", "abc"], "app --auth ***");
}

#[test]
fn short_options_of_some_programs_take_passwords() {
    check(&["/usr/bin/mysql", "-uroot", "-psecret", "-P", "3"], "/usr/bin/mysql -uroot -p*** -P 3");
    check(&["curl", "-u", "me:secret", "x"], "curl -u me:*** x");
    check(&["curl", "-u", "me", "x"], "curl -u me x");
    check(&["curl", "-ume:secret", "x"], "curl -u*** x");
    check(&["curl", "-sSfu", "me:secret", "x"], "curl -sSfu me:*** x");
    check(&["curl", "-o", "a:b", "-su", "me"], "curl -o a:b -su me");
    check(
        &["openssl", "rsa", "-passin", "pass:secret", "-in", "k"],
        "openssl rsa -passin *** -in k",
    );
    check(&["sshpass", "-p", "secret", "ssh"], "sshpass -p *** ssh");
    check(&["sshpass", "-psecret", "ssh"], "sshpass -p*** ssh");
    check(&["redis-cli", "-a", "secret", "ping"], "redis-cli -a *** ping");
    check(&["ssh", "-p", "22", "-p22"], "ssh -p 22 -p22");
}

#[test]
fn passwords_in_urls_are_masked_and_the_rest_stays() {
    check(&["psql", "postgres://me:pw@db/x"], "psql postgres://me:***@db/x");
    check(&["psql", "--url=postgres://me:p@w@db"], "psql --url=postgres://me:***@db");
    check(&["curl", "http://host/a@b"], "curl http://host/a@b");
    check(&["psql", "postgres://me:p/w#x@db/x@y"], "psql postgres://me:***@y");
    check(&["psql", "postgres://me:p?w@db/x"], "psql postgres://me:***@db/x");
    check(&["curl", "http://host:80/a@b"], "curl http://host:80/a@b");
    check(&["curl", "http://[::1]:80/a@b"], "curl http://[::1]:80/a@b");
    check(&["curl", "http://h/?a=1&token=x&b=2"], "curl http://h/?a=1&token=***&b=2");
    check(&["app", "--dsn=host=a;password=b;x=c"], "app --dsn=host=a;password=***;x=c");
}

#[test]
fn keys_are_known_by_their_shape() {
    check(&["a", "AKIAIOSFODNN7EXAMPLE"], "a AKIA***");
    check(&["a", "x=ASIAIOSFODNN7EXAMPLE,y"], "a x=ASIA***,y");
    for prefix in ["ghp_", "gho_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk-", "AIza"] {
        let key = format!("{prefix}0123456789abcdefABCDEF0123456789abcdef");
        check(&["run", "--with", &key], &format!("run --with {prefix}***"));
        check(&[&format!("run '{key}' now")], &format!("run '{prefix}***' now"));
    }
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
    check(&["curl", token, "x"], "curl eyJ*** x");
    check(&["curl", &format!("http://h/{token}/x")], "curl http://h/eyJ***/x");
}

#[test]
fn strings_behind_secret_names_in_json_are_masked() {
    check(
        &["curl", "-d", r#"{"user":"a","password":"x y","n":1}"#],
        r#"curl -d {"user":"a","password":"***","n":1}"#,
    );
    check(&["a", r#"{"api_key":"x\"y","b":"c"}"#], r#"a {"api_key":"***","b":"c"}"#);
    check(&["a", r#"{"token":"cut"#], r#"a {"token":"***"#);
    check(&["a", r#"{"b":"password","c":"d"}"#, "\""], r#"a {"b":"password","c":"d"} ""#);
    assert_eq!(environment("CONFIG", r#"{"dbPassword":"x"}"#), r#"{"dbPassword":"***"}"#);
}

#[test]
fn private_keys_are_masked_to_their_end() {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE ow==\n-----END RSA PRIVATE KEY-----";
    check(&["a", &format!("x {key} y"), "b"], "a x *** y b");
    check(&["a", "-----BEGIN PRIVATE KEY-----\ncut"], "a ***");
    let certificate = "-----BEGIN CERTIFICATE----- MII -----END CERTIFICATE-----";
    check(&["a", certificate], &format!("a {certificate}"));
}

#[test]
fn what_is_no_secret_stays() {
    check(&["app", "--port=5432", "--passive"], "app --port=5432 --passive");
    check(&["run", "auth:latest", "x-token://a"], "run auth:latest x-token://a");
    check(&["bypass", "x"], "bypass x");
    check(&["cargo", "rpassword=7", "--bypass=1"], "cargo rpassword=7 --bypass=1");
    check(&["rustc", "--extern", "rpassword=/x.rlib"], "rustc --extern rpassword=/x.rlib");
    check(&["sk-a-very-long-name-without-digits"], "sk-a-very-long-name-without-digits");
    check(&["task-0123456789012345678901234567"], "task-0123456789012345678901234567");
    check(&["a", "eyJhb.txt", "AKIAB"], "a eyJhb.txt AKIAB");
    assert_eq!(command_line(b""), "");
    assert_eq!(command_line(b"a\xff\0"), "a\\xff");
}

#[test]
fn variables_are_masked_by_name_and_by_shape() {
    assert_eq!(environment("DB_PASSWORD", "x"), "***");
    assert_eq!(environment("DB_PASSWORD", ""), "");
    assert_eq!(environment("PATH", "/bin:/usr/bin"), "/bin:/usr/bin");
    assert_eq!(environment("URL", "a://b:c@d"), "a://b:***@d");
    assert_eq!(environment("KEY", "glpat-0123456789abcdefghij"), "glpat-***");
}

#[test]
fn rules_can_be_added_and_switched_off() {
    let rules = Rules::default().word("kennwort").pattern("corp_*").pattern("*");
    assert_eq!(shown(&rules, &["a", "--kennwort", "x"]), "a --kennwort ***");
    assert_eq!(shown(&rules, &["a", "--id=corp_7", "b"]), "a --id=*** b");
    assert_eq!(shown(&rules, &["a", "--password=x"]), "a --password=***");
    assert_eq!(shown(&Rules::off(), &["a", "--password=x"]), "a --password=x");
    assert_eq!(Rules::off().environment("PASSWORD", "x"), "x");
}
