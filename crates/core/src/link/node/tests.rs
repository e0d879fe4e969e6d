//! Whole trees on the disk, and what a specifier means in a file of them.

#![allow(clippy::disallowed_methods, reason = "the trees are on the disk")]

use super::Names;
use crate::{Options, discover};
use std::fs;
use std::path::Path;

/// What specifiers mean in a tree of `path` and text: rows of importing path, specifier, expected name.
fn check(files: &[(&str, &str)], rows: &[(&str, &str, &str)]) {
    check_with(files, |_| {}, rows);
}

fn check_with(files: &[(&str, &str)], finish: impl FnOnce(&Path), rows: &[(&str, &str, &str)]) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder can be written");
        fs::write(path, text).expect("the folder can be written");
    }
    finish(folder.path());
    let repo = discover::repo(&Options::new(folder.path())).expect("the tree can be read");
    let names = Names::of(&repo);
    for (path, specifier, expected) in rows {
        let found = names.absolute(path, specifier, &|package| package == "opaque");
        assert_eq!(found, *expected, "{specifier} in {path}");
    }
}

#[test]
fn paths_and_extensions() {
    check(
        &[
            ("app.ts", ""),
            ("lib/a.ts", ""),
            ("lib/index.js", ""),
            ("data.json", "{}"),
            ("fs.js", ""),
            ("express.js", ""),
        ],
        &[
            ("app.ts", "./lib/a", "lib/a"),
            ("app.ts", "./lib/a.js", "lib/a"),
            ("app.ts", "./lib", "lib/index"),
            ("app.ts", "./data.json", "./data.json"),
            ("lib/a.ts", "..", ".."),
            ("lib/a.ts", ".", "lib/index"),
            ("lib/a.ts", "../fs", "./fs"),
            ("lib/a.ts", "fs", "node:fs"),
            ("lib/a.ts", "node:fs/promises", "node:fs/promises"),
            ("app.ts", "express", "npm:express"),
            ("app.ts", "./lib/a?raw", "lib/a"),
            ("app.ts", "lodash/fp.js", "npm:lodash/fp"),
            ("app.ts", "chart.js", "npm:chart.js"),
            ("app.ts", "npm:@scope/pkg@1.2/sub", "npm:@scope/pkg/sub"),
        ],
    );
}

#[test]
fn installed_packages_nearest_first() {
    check(
        &[
            ("app.js", ""),
            ("pkg/app.js", ""),
            ("node_modules/a/package.json", r#"{"name": "a", "main": "lib/main"}"#),
            ("node_modules/a/lib/main.js", "x"),
            ("node_modules/a/lib/sub.js", "x"),
            ("node_modules/a/node_modules/b/index.js", "x"),
            ("node_modules/b/index.js", "x"),
            ("pkg/node_modules/a/index.mjs", "x"),
            (
                "pkg/node_modules/a/package.json",
                r#"{"exports": {".": {"import": "./index.mjs"}, "./no": null}}"#,
            ),
            ("node_modules/opaque/index.js", "x"),
            ("node_modules/types/index.d.ts", "x"),
            ("node_modules/types/package.json", r#"{"types": "index.d.ts"}"#),
        ],
        &[
            ("app.js", "a", "node_modules/a/lib/main"),
            ("app.js", "a/lib/sub", "node_modules/a/lib/sub"),
            ("node_modules/a/lib/main.js", "b", "node_modules/a/node_modules/b/index"),
            ("app.js", "b", "node_modules/b/index"),
            ("pkg/app.js", "a", "pkg/node_modules/a/index"),
            ("pkg/app.js", "b", "node_modules/b/index"),
            ("app.js", "opaque", "npm:opaque"),
            ("app.js", "types", "npm:types"),
        ],
    );
}

#[test]
fn workspaces_without_installation() {
    check(
        &[
            ("package.json", r#"{"workspaces": ["packages/*"]}"#),
            (
                "packages/core/package.json",
                r#"{"name": "@s/core", "exports": {".": "./dist/index.js", "./x": "./dist/x.js"}}"#,
            ),
            ("packages/core/src/index.ts", ""),
            ("packages/core/src/x.ts", ""),
            (
                "packages/web/package.json",
                r##"{"name": "web", "main": "index.js", "imports": {"#in": "./in.js"}}"##,
            ),
            ("packages/web/index.js", ""),
            ("packages/web/in.js", ""),
            ("packages/web/src/page.tsx", ""),
        ],
        &[
            ("packages/web/index.js", "@s/core", "packages/core/src/index"),
            ("packages/web/index.js", "@s/core/x", "packages/core/src/x"),
            ("packages/core/src/x.ts", "@s/core", "packages/core/src/index"),
            ("packages/core/src/x.ts", "web", "packages/web/index"),
            ("packages/web/index.js", "#in", "packages/web/in"),
            ("packages/web/index.js", "@/page", "packages/web/src/page"),
        ],
    );
}

#[test]
fn compilers_map_names() {
    check(
        &[
            ("package.json", "{}"),
            (
                "tsconfig.json",
                r#"{"extends": "./config/tsconfig.base", "compilerOptions": {"baseUrl": "."}}"#,
            ),
            ("config/tsconfig.base.json", r#"{"compilerOptions": {"paths": {"~lib/*": ["../lib/*"]}}}"#),
            ("lib/a.ts", ""),
            ("web/tsconfig.json", r#"{"references": [{"path": "./tsconfig.app.json"}]}"#),
            ("web/tsconfig.app.json", r#"{"compilerOptions": {"paths": {"@/*": ["./client/*"]}}}"#),
            ("web/client/b.ts", ""),
            ("app.ts", ""),
        ],
        &[
            ("app.ts", "~lib/a", "lib/a"),
            ("app.ts", "lib/a", "lib/a"),
            ("web/client/b.ts", "@/b", "web/client/b"),
            ("app.ts", "@/b", "npm:@/b"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_root_only() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(outside.path().join("index.js"), "x").expect("the folder can be written");
    let place = outside.path().to_owned();
    check_with(
        &[
            ("app.js", ""),
            ("libs/own/package.json", r#"{"name": "renamed"}"#),
            ("libs/own/index.ts", ""),
            ("node_modules/.pnpm/a@1/node_modules/a/index.js", "x"),
            ("node_modules/.pnpm/a@1/node_modules/b/index.js", "x"),
        ],
        |root| {
            symlink(".pnpm/a@1/node_modules/a", root.join("node_modules/a")).expect("a link can be made");
            symlink("../libs/own", root.join("node_modules/own")).expect("a link can be made");
            symlink(place, root.join("node_modules/evil")).expect("a link can be made");
        },
        &[
            ("app.js", "a", "node_modules/.pnpm/a@1/node_modules/a/index"),
            (
                "node_modules/.pnpm/a@1/node_modules/a/index.js",
                "b",
                "node_modules/.pnpm/a@1/node_modules/b/index",
            ),
            ("app.js", "own", "libs/own/index"),
            ("app.js", "evil", "npm:evil"),
        ],
    );
}
