//! Stages → how long each took, and a word to whoever waits for the last.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Whoever waits for an analysis: told the name of each stage when it begins. Tells nobody by default.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Fn(&'static str) + Send + Sync>>);

impl Progress {
    /// Calls a function at the beginning of each stage, on the thread that runs the analysis.
    pub fn new(listener: impl Fn(&'static str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Progress").field(&self.0.is_some()).finish()
    }
}

/// Runs stages one after the other.
#[derive(Debug)]
pub(crate) struct Stages<'a> {
    progress: &'a Progress,
    /// The stages that have run, and how long each took.
    pub(crate) timings: Vec<(&'static str, Duration)>,
}

impl<'a> Stages<'a> {
    pub(crate) fn new(progress: &'a Progress) -> Self {
        Self { progress, timings: Vec::new() }
    }

    /// Runs a stage.
    pub(crate) fn run<T>(&mut self, name: &'static str, stage: impl FnOnce() -> T) -> T {
        if let Some(listener) = &self.progress.0 {
            listener(name);
        }
        let start = Instant::now();
        let value = stage();
        self.timings.push((name, start.elapsed()));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn stages_are_announced_and_timed_in_order() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&heard);
        let progress = Progress::new(move |name| into.lock().unwrap().push(name));
        let mut stages = Stages::new(&progress);
        assert_eq!(stages.run("read", || 1) + stages.run("solve", || 2), 3);
        assert_eq!(*heard.lock().unwrap(), ["read", "solve"]);
        assert_eq!(stages.timings.iter().map(|row| row.0).collect::<Vec<_>>(), ["read", "solve"]);
    }
}
