//! Each stage beside the parse floor, on one thread: divide by the time of `parse`.
//!
//! `RAYON_NUM_THREADS=1 BLASTLINE_CORPUS=folder cargo bench -p blastline-benches`

use blastline::Options;
use blastline::facts::{Facts, Language};
use blastline::link::Loader;
use blastline::lower;
use blastline::solve;
use blastline_benches::{corpus, parse_floor, repo};
use criterion::{Criterion, criterion_group, criterion_main};

/// Facts of the corpus and of the builtins, as `analyze` makes them.
fn facts(repo: &blastline::discover::Repo) -> Facts {
    let mut facts = lower::all(&repo.files);
    facts.append(lower::builtins(Language::Python));
    facts
}

fn stages(criterion: &mut Criterion) {
    let folder = corpus();
    let found = repo(&folder);
    let lowered = facts(&found);
    let mut group = criterion.benchmark_group("stages");
    group.bench_function("parse", |bencher| bencher.iter(|| parse_floor(&found)));
    group.bench_function("discover", |bencher| bencher.iter(|| repo(&folder)));
    group.bench_function("lower", |bencher| bencher.iter(|| facts(&found)));
    group.bench_function("solve", |bencher| {
        bencher.iter_batched(
            || lowered.clone(),
            |facts| solve::points_to(facts, &mut Loader::new(&found, &|_: &str| true)),
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("analyze", |bencher| {
        bencher.iter(|| blastline::analyze(&Options::new(&folder)).expect("the corpus can be analysed"));
    });
    group.finish();
}

criterion_group! { name = benches; config = Criterion::default().sample_size(10); targets = stages }
criterion_main!(benches);
