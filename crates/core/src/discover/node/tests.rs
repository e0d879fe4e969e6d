use super::*;

#[test]
fn files_are_named_by_their_path() {
    let all = ["a.js", "a.ts", "src/b.tsx", "src/b.mjs", "redis.js", "c.json", "t.d.ts"];
    let exists = |path: &str| all.contains(&path);
    let expected = ["./a", "./a.ts", "src/b", "src/b.mjs", "./redis", "./c.json", "./t.d"];
    for (path, name) in all.iter().zip(expected) {
        assert_eq!(module(path, exists), name, "{path}");
        assert_eq!(path_of(name, exists).as_deref(), Some(*path), "{name}");
    }
}

#[test]
fn paths_mean_files() {
    let all = ["a.ts", "b/index.tsx", "c.js", "d.mts", "e.json", "f/index.js", "f.js", "index.ts"];
    for (path, found) in [
        ("a", "a.ts"),
        ("a.js", "a.ts"),
        ("b", "b/index.tsx"),
        ("c", "c.js"),
        ("c.js", "c.js"),
        ("d.mjs", "d.mts"),
        ("e", "e.json"),
        ("f", "f.js"),
        ("", "index.ts"),
        ("g", ""),
    ] {
        assert_eq!(probe(path, |path| all.contains(&path)).unwrap_or_default(), found, "{path}");
    }
}

#[test]
fn compiled_files_have_sources() {
    let all = ["p/src/a.ts", "p/src/sub/index.ts", "p/lib/b.js", "c.ts"];
    let find = |path: &str| probe(path, |path| all.contains(&path));
    for (folder, path, found) in [
        ("p", "p/dist/a.js", "p/src/a.ts"),
        ("p", "p/dist/esm/a.mjs", "p/src/a.ts"),
        ("p", "p/build/modern/a.js", "p/src/a.ts"),
        ("p", "p/dist/types/a.d.ts", "p/src/a.ts"),
        ("p", "p/dist/sub/index.js", "p/src/sub/index.ts"),
        ("p", "p/build/b.js", "p/lib/b.js"),
        ("", "dist/c.js", "c.ts"),
        ("p", "p/elsewhere/a.js", ""),
        ("p", "q/dist/a.js", ""),
    ] {
        assert_eq!(source_of(folder, path, find).unwrap_or_default(), found, "{path} in {folder}");
    }
}

#[test]
fn paths_are_made_normal() {
    for (folder, path, expected) in [
        ("a/b", "./c", "a/b/c"),
        ("a/b", "../c", "a/c"),
        ("a", "../../c", "../c"),
        ("", ".", ""),
        ("../x", "../y", "../y"),
        ("..", "../y", "../../y"),
    ] {
        assert_eq!(normal(folder, path).as_deref(), Some(expected), "{path} from {folder}");
    }
    assert_eq!(normal("", &"a/".repeat(200)), None);
}

#[test]
fn exports_are_chosen_by_condition() {
    let package = Package::parse(
        r##"{"name": "p", "main": "main.js", "imports": {"#a/*": "./a/*.js"}, "exports": {
            "./last": {"default": "./l.mjs", "require": "./l.cjs"},
            ".": {"import": "./m.mjs", "require": {"types": "./m.d.ts", "default": "./m.cjs"}},
            "./sub": [{"unknown": "./x"}, "./sub.js"], "./f/*": "./files/*.js", "./f/in/*": null,
            "./old/": "./old/"}}"##,
    )
    .expect("the manifest can be read");
    let exported = |subpath: &str, condition: &str| package.exported(subpath, &[condition]).join(" ");
    assert_eq!(exported(".", "import"), "./m.mjs");
    assert_eq!(exported(".", "require"), "./m.cjs");
    assert_eq!(exported("./sub", "require"), "./sub.js");
    assert_eq!(exported("./f/x", "import"), "./files/x.js");
    assert_eq!(exported("./f/in/x", "import"), "");
    assert_eq!(exported("./old/y", "import"), "./old/y");
    assert_eq!(exported("./none", "import"), "");
    assert_eq!(exported("./last", "require"), "./l.cjs ./l.mjs");
    assert_eq!(package.internal("#a/b", &["import"]), ["./a/b.js"]);
    let sugar = Package::parse(r#"{"exports": "./only.js"}"#).expect("the manifest can be read");
    assert_eq!(sugar.exported(".", &[]), ["./only.js"]);
    assert!(Package::parse("{").is_err());
}

#[test]
fn manifests_declare_entries() {
    let text = r#"{"name": "@s/tool", "bin": "./cli.js", "main": "lib/index.js",
        "scripts": {"start": "NODE_ENV=production node --inspect server.js", "build": "tsc -p .", "dev": "nodemon -x tsx src/dev.ts && node b"}}"#;
    let entries = Package::parse(text).expect("the manifest can be read").entries("package.json", text);
    let shown: Vec<String> =
        entries.iter().map(|row| format!("{} {} {} {}", row.group, row.name, row.module, row.line)).collect();
    assert_eq!(
        shown,
        [
            "bin tool file:./cli.js 1",
            "script dev file:src/dev.ts 2",
            "script start file:server.js 2",
            "exports @s/tool file:lib/index.js 1",
        ]
    );
}

#[test]
fn configurations_have_comments() {
    let text = r#"{ // the base
        "compilerOptions": {"baseUrl": "./src", /* two
        lines */ "paths": {"@lib/*": ["lib/*", "../shared/*",], "exact": ["one.ts"]},},
        "extends": "../base.json", "note": "// no comment"
    }"#;
    let config = Config::parse("web", text).expect("the configuration can be read");
    assert_eq!(config.targets("@lib/a/b"), ["web/src/lib/a/b", "web/shared/a/b", "web/src/@lib/a/b"]);
    assert_eq!(config.targets("exact"), ["web/src/one.ts", "web/src/exact"]);
    assert_eq!(config.extends, ["base.json"]);
    for broken in ["", "/*", "{\"a\": \"", "{\"a\"}", "]", "\"\\"] {
        assert!(Config::parse("", broken).is_err(), "{broken}");
    }
}
