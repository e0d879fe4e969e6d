//! Flags, `blastline.toml` and the environment → what to analyse, and what to show of it.
//!
//! Flags come before the configuration; lists are joined. A configuration that was found in the scanned root is
//! hostile: its paths, links resolved, must stay below the root.

use crate::flags;
use crate::output::{self, Failure};
use crate::wait;
use blastline::Options;
use blastline::config::{self, Config, Trust};
use blastline::discover::Cargo;
use blastline::finding::{Notice, Place};
use blastline::rank::Weights;
use std::path::{Component, Path, PathBuf};

/// A configuration is a page; what is longer is none.
const CONFIG_LIMIT: u64 = 1 << 20;

/// How to run.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) options: Options,
    pub(crate) config: Config,
    pub(crate) stats: bool,
    /// What a reader should know of the configuration.
    pub(crate) notes: Vec<Notice>,
}

impl Settings {
    /// Joins flags and configuration, and sets the number of threads.
    pub(crate) fn read(path: &Path, flags: flags::Analysis, quiet: bool) -> Result<Self, Failure> {
        let source = Source::find(path, flags.config.as_deref());
        let config = source.as_ref().map(Source::read).transpose()?.unwrap_or_default();
        set_threads(flags.threads.map(usize::from).or(config.threads))?;
        Self::join(path, flags, source.as_ref(), config, quiet)
    }

    /// The same with the configuration of a revision, which stands in `folder`: a change cannot leave out its own files,
    /// bring models that call them safe, or make light of them. Installed packages are still those of here.
    pub(crate) fn with_revision(
        self,
        folder: &Path,
        flags: flags::Analysis,
        quiet: bool,
    ) -> Result<Self, Failure> {
        let source = Source::find(folder, None);
        let config = source.as_ref().map(Source::read).transpose()?.unwrap_or_default();
        let mut settings = Self::join(&self.options.root, flags, source.as_ref(), config, quiet)?;
        settings.options.since = self.options.since;
        for path in &mut settings.options.python_path {
            if let Ok(rest) = path.strip_prefix(folder) {
                *path = self.options.root.join(rest);
            }
        }
        Ok(settings)
    }

    fn join(
        path: &Path,
        flags: flags::Analysis,
        source: Option<&Source>,
        config: Config,
        quiet: bool,
    ) -> Result<Self, Failure> {
        let mut options = Options::new(path);
        options.since = flags.since.or_else(|| config.since.clone().filter(|_| flags.diff.is_none()));
        options.diff = flags.diff;
        options.exclude = [config.exclude.clone(), flags.exclude].concat();
        options.all_dependencies = flags.all_dependencies;
        options.no_dependencies = flags.no_dependencies || config.no_dependencies == Some(true);
        options.history = !flags.no_history;
        options.generated = [config.generated.clone(), flags.generated].concat();
        options.cache = cache(path, flags.cache, flags.no_cache)?;
        options.weights = config.weights;
        options.segments.clone_from(&config.segments);
        options.models = flags.models;
        options.python_path = flags.python_path;
        if let Some(source) = source {
            options.models.extend(source.below("models", &config.models)?);
            options.python_path.extend(source.below("python-path", &config.python_path)?);
        }
        options.python_path.extend(virtual_environment());
        options.target = flags.target;
        options.features = flags.features;
        options.cargo = cargo();
        if !flags.cargo {
            options.cargo.program = None;
        }
        options.progress = wait::progress(quiet);
        let notes = source.map(|source| source.notes(&config)).unwrap_or_default();
        Ok(Self { options, config, stats: flags.stats, notes })
    }
}

/// Where a configuration is.
struct Source {
    file: PathBuf,
    folder: PathBuf,
    trust: Trust,
}

impl Source {
    /// The file that was named, or the one in the scanned root where there is one. A link is not followed: what
    /// errors quote would be of another file.
    fn find(root: &Path, named: Option<&Path>) -> Option<Self> {
        if let Some(file) = named {
            let folder = file.parent().unwrap_or(Path::new("")).to_owned();
            return Some(Self { file: file.to_owned(), folder, trust: Trust::Caller });
        }
        let folder = if root.is_dir() { root } else { root.parent()? }.to_owned();
        let file = folder.join(config::FILE);
        let is_file = std::fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_file());
        is_file.then_some(Self { file, folder, trust: Trust::Scanned })
    }

    fn read(&self) -> Result<Config, Failure> {
        let name = self.file.display().to_string();
        let cannot = |why: String| output::failure(format!("cannot read `{name}`: {why}"));
        #[expect(clippy::disallowed_methods, reason = "the CLI reads the configuration")]
        let metadata = std::fs::metadata(&self.file).map_err(|error| cannot(error.to_string()))?;
        if !metadata.is_file() || metadata.len() > CONFIG_LIMIT {
            return Err(cannot("it is no file of at most 1 MiB; name a configuration".to_owned()));
        }
        #[expect(clippy::disallowed_methods, reason = "the CLI reads the configuration")]
        let text = std::fs::read_to_string(&self.file).map_err(|error| cannot(error.to_string()))?;
        Ok(config::parse(&text, &name, self.trust)?)
    }

    /// Paths of the configuration as paths from here.
    fn below(&self, key: &str, paths: &[String]) -> Result<Vec<PathBuf>, Failure> {
        let paths: Vec<_> = paths.iter().map(|path| self.folder.join(path)).collect();
        for path in &paths {
            if self.trust == Trust::Scanned && leads_out(&self.folder, path) {
                let (file, path) = (self.file.display(), path.display());
                let message = format!(
                    "{file}: `{key}` names `{path}`, a link that leads out of the repository; put the file itself \
                     there, or name it on the command line"
                );
                return Err(output::failure(message));
            }
        }
        Ok(paths)
    }

    /// What the scanned repository decided about its own scan.
    fn notes(&self, config: &Config) -> Vec<Notice> {
        if self.trust != Trust::Scanned {
            return Vec::new();
        }
        let mut says = Vec::new();
        if !config.exclude.is_empty() {
            says.push(format!("leaves out `{}` of its own scan", config.exclude.join("`, `")));
        }
        if !config.models.is_empty() {
            let models = config.models.join("`, `");
            says.push(format!(
                "brings models of its own, `{models}`: what they call harmless is not followed"
            ));
        }
        if config.no_dependencies == Some(true) {
            says.push("leaves out its dependencies: calls that go through them are not seen".to_owned());
        }
        if config.weights != Weights::default() {
            let lower = lowered(&config.weights);
            let sum =
                if lower.is_empty() { "nothing is lower".to_owned() } else { format!("lower are {lower}") };
            says.push(format!("weighs the factors of its own scores: {sum}"));
        }
        let notice = |text| Notice::new(Place::new(config::FILE, 1, 1), format!("The repository {text}."));
        says.into_iter().map(notice).collect()
    }
}

/// What these weights make lower. A factor is at most 1, so that a weight above 1 lowers it.
fn lowered(weights: &Weights) -> String {
    let usual = Weights::default();
    let factors = [
        ("impact", weights.impact),
        ("exposure", weights.exposure),
        ("evidence", weights.evidence),
        ("provenance", weights.provenance),
        ("accountability", weights.accountability),
    ];
    let heavy =
        factors.iter().filter(|row| row.1 > 1.0).map(|row| format!("scores, by `{} = {}`", row.0, row.1));
    let limits = [("act", weights.act, usual.act), ("attend", weights.attend, usual.attend)];
    let late = limits.iter().filter(|row| row.1 > row.2);
    let late = late.map(|row| format!("decisions, by `{} = {}`", row.0, row.1));
    heavy.chain(late).collect::<Vec<_>>().join("; ")
}

/// Whether a path that exists is, links resolved, not below a folder.
fn leads_out(folder: &Path, path: &Path) -> bool {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match (folder.canonicalize(), path.canonicalize()) {
        (Ok(folder), Ok(path)) => !path.starts_with(folder),
        // What does not exist is reported by whoever reads it.
        _ => false,
    }
}

/// Where cargo is, by the environment: its home, its program, and the toolchains that this may choose from.
pub(crate) fn cargo() -> Cargo {
    #[expect(clippy::disallowed_methods, reason = "the environment is read by the CLI")]
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let below_home = |name: &str| {
        variable("HOME").or_else(|| variable("USERPROFILE")).map(|home| PathBuf::from(home).join(name))
    };
    let home = variable("CARGO_HOME").map(PathBuf::from).or_else(|| below_home(".cargo"));
    let name = format!("cargo{}", std::env::consts::EXE_SUFFIX);
    let path = variable("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    let program = folders.map(|folder| folder.join(&name)).find(|program| program.is_file());
    let toolchains = variable("RUSTUP_HOME").map(PathBuf::from).or_else(|| below_home(".rustup"));
    Cargo {
        program,
        home: home.filter(|home| home.is_absolute()),
        toolchains: toolchains.filter(|folder| folder.is_absolute()),
    }
}

/// The folder for what is kept between runs. What is scanned could bring answers of its own, so no cache lies in it.
fn cache(root: &Path, named: Option<PathBuf>, is_off: bool) -> Result<Option<PathBuf>, Failure> {
    match named {
        _ if is_off => Ok(None),
        Some(folder) if is_inside(root, &folder) => Err(output::failure(format!(
            "`{}` lies in what is scanned, which could bring answers of its own; name a folder outside of it, or \
             write --no-cache",
            folder.display()
        ))),
        Some(folder) => Ok(Some(folder)),
        None => Ok(user_cache().filter(|folder| !is_inside(root, folder))),
    }
}

/// Whether a folder, which need not exist, is below the scanned root or the repository that the root is in.
fn is_inside(root: &Path, folder: &Path) -> bool {
    let Ok(root) = root.canonicalize() else { return false };
    let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&root);
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    // Of a path that does not exist the part that does tells where it leads, unless the rest leads back.
    let real = folder.ancestors().find_map(|part| {
        let (rest, part) = (folder.strip_prefix(part).ok()?, part.canonicalize().ok()?);
        Some((!rest.components().any(|part| part == Component::ParentDir)).then(|| part.join(rest)))
    });
    let real = real.flatten();
    real.is_none_or(|real| real.starts_with(top))
}

/// Where this system keeps what can be made again.
fn user_cache() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the environment is read by the CLI")]
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = |rest: &str| folder("HOME").map(|home| home.join(rest));
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home("Library/Caches")
    } else {
        folder("XDG_CACHE_HOME").or_else(|| home(".cache"))
    };
    base.map(|base| base.join("blastline"))
}

/// The environment that the shell is in.
fn virtual_environment() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the environment is read by the CLI")]
    let folder = std::env::var_os("VIRTUAL_ENV")?;
    (!folder.is_empty()).then(|| folder.into())
}

fn set_threads(threads: Option<usize>) -> Result<(), Failure> {
    let Some(threads) = threads else { return Ok(()) };
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads.min(1024)).build_global();
    built.map_err(|error| output::failure(format!("cannot start {threads} threads: {error}; ask for fewer")))
}
