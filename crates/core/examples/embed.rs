//! The analysis inside another program: prints what the code below a folder reaches.
//!
//! `cargo run -p blastline --example embed -- fixtures/service`

use blastline::{Options, analyze};

fn main() -> Result<(), blastline::Error> {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let analysis = analyze(&Options::new(root))?;
    let mut text = String::new();
    for finding in &analysis.findings {
        let hops = finding.path.len();
        text += &format!(
            "{:5.1}  {}  ({hops} hops, {})\n",
            finding.score,
            finding.message,
            finding.verdict.name()
        );
    }
    #[expect(clippy::print_stdout, reason = "an example shows its result")]
    {
        print!("{text}{} nodes, {} edges", analysis.graph.net.node_count(), analysis.graph.net.edge_count());
    }
    Ok(())
}
