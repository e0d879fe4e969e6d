//! Applications beside their templates: a value gets into a page as it is where the template that is rendered does not
//! escape it. Lines of the applications that end in the comment `html` hand such a value over, and no others do.

use blastline::{Options, analyze};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn what_a_template_does_not_escape_gets_into_the_page() {
    for (folder, file) in [("python", "app.py"), ("node", "app.js")] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/templates").join(folder);
        let analysis = analyze(&Options::new(&root)).expect("the fixture can be read");
        let of_pages = analysis.findings.iter().filter(|finding| finding.rule == "untrusted-to-html");
        let found: BTreeSet<u32> = of_pages.map(|finding| finding.place.line).collect();
        #[expect(clippy::disallowed_methods, reason = "tests read fixtures")]
        let text = std::fs::read_to_string(root.join(file)).expect("a fixture is text");
        let is_marked = |row: &str| row.ends_with("# html") || row.ends_with("// html");
        let marked = (1..).zip(text.lines()).filter(|(_, row)| is_marked(row)).map(|(line, _)| line);
        assert_eq!(found, marked.collect(), "{folder}");
    }
}
