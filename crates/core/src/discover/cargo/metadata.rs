//! What cargo says of a locked workspace → its packages.
//!
//! The workspace is hostile: a configuration of cargo in it or above it may name programs to run. So cargo runs in an
//! empty folder of ours of which no parent holds a configuration, with nothing of our environment but where its home
//! and its toolchains are, without wrappers, without the network, and with a lock that it may not change. The program
//! itself must not be of the scanned tree.

use super::home::library_of;
use super::{Own, Package};
use cargo_metadata::{Metadata, MetadataCommand, TargetKind};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long cargo may take.
const MAX_TIME: Duration = Duration::from_secs(60);
/// How much it may say.
const MAX_OUTPUT: u64 = 256 << 20;

/// Files by which a folder tells cargo, or what chooses its toolchain, what to run.
const CONFIGURATIONS: [&str; 4] =
    [".cargo/config", ".cargo/config.toml", "rust-toolchain", "rust-toolchain.toml"];

/// Where cargo is.
#[derive(Clone, Debug, Default)]
pub struct Cargo {
    /// The program, absolute; none to do without.
    pub program: Option<PathBuf>,
    /// Its home, which holds the sources of dependencies.
    pub home: Option<PathBuf>,
    /// The home of its toolchains, where the program is one that chooses among them.
    pub toolchains: Option<PathBuf>,
}

/// The packages of the workspace with this manifest.
///
/// # Errors
/// Why cargo was not asked, or did not answer: the end of a sentence.
pub(super) fn packages(
    cargo: &Cargo,
    root: &Path,
    manifest: &Path,
    target: &str,
    features: &[String],
    own: &[Own],
) -> Result<Vec<Package>, String> {
    let program = cargo.program.as_deref().ok_or("no cargo is at hand")?;
    let real = program.canonicalize().map_err(|_| "the program of cargo is not there")?;
    if !program.is_absolute() || real.starts_with(root) || program.starts_with(root) {
        return Err("the program of cargo is of the scanned tree".to_owned());
    }
    let folder = tempfile::Builder::new().prefix("blastline-").tempdir();
    let folder = folder.map_err(|error| format!("no empty folder could be made for it ({error})"))?;
    let here = folder.path().canonicalize().map_err(|error| error.to_string())?;
    if here.starts_with(root) {
        return Err("the folder for temporary files is of the scanned tree".to_owned());
    }
    if let Some(above) = configured(&here) {
        return Err(format!("`{}` would configure it", above.display()));
    }
    let mut command = command(cargo, program, &here);
    command.args(["metadata", "--format-version=1", "--offline", "--locked", "--filter-platform", target]);
    command.arg("--manifest-path").arg(manifest);
    if !features.is_empty() {
        command.arg("--features").arg(features.join(","));
    }
    let text = run(command)?;
    let metadata =
        MetadataCommand::parse(&text).map_err(|error| format!("its answer is not understood ({error})"))?;
    Ok(read(&metadata, root, own))
}

/// The first file in a folder or above it that would configure cargo.
fn configured(folder: &Path) -> Option<PathBuf> {
    let files =
        folder.ancestors().flat_map(|folder| CONFIGURATIONS.iter().map(move |file| folder.join(file)));
    files.into_iter().find(|file| file.symlink_metadata().is_ok())
}

/// Cargo in an empty folder and an empty environment.
fn command(cargo: &Cargo, program: &Path, here: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(here).env_clear();
    command.env("RUSTC_WRAPPER", "").env("RUSTC_WORKSPACE_WRAPPER", "").env("CARGO_TERM_COLOR", "never");
    command.env("CARGO_NET_OFFLINE", "true").env("HOME", here);
    // The compiler that cargo asks about the target is the one beside it.
    command.env("PATH", program.parent().unwrap_or(here));
    if let Some(home) = &cargo.home {
        command.env("CARGO_HOME", home);
    }
    if let Some(toolchains) = &cargo.toolchains {
        command.env("RUSTUP_HOME", toolchains);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(mut command: Command) -> Result<String, String> {
    let mut child = command.spawn().map_err(|error| format!("it could not be started ({error})"))?;
    let (out, errors) = (child.stdout.take(), child.stderr.take());
    let read = |stream: Option<Box<dyn Read + Send>>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stream.map(|stream| stream.take(MAX_OUTPUT).read_to_end(&mut bytes));
            if read.is_none_or(|read| read.is_ok()) { bytes } else { Vec::new() }
        })
    };
    let out = read(out.map(|out| Box::new(out) as Box<dyn Read + Send>));
    let errors = read(errors.map(|errors| Box::new(errors) as Box<dyn Read + Send>));
    let succeeded = wait(&mut child)?;
    let text = |thread: std::thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&thread.join().unwrap_or_default()).into_owned()
    };
    let (out, errors) = (text(out), text(errors));
    if succeeded {
        return Ok(out);
    }
    let first = errors.lines().find(|line| line.starts_with("error")).unwrap_or("it gave no reason");
    Err(first.trim_start_matches("error: ").to_owned())
}

/// Whether a program succeeded; it is ended when it takes too long.
fn wait(child: &mut Child) -> Result<bool, String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) if start.elapsed() < MAX_TIME => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                let ended = child.kill().and_then(|()| child.wait());
                let how = if ended.is_ok() { "" } else { " and could not be ended" };
                return Err(format!("it took longer than {} seconds{how}", MAX_TIME.as_secs()));
            }
            Err(error) => return Err(format!("it could not be waited for ({error})")),
        }
    }
}

fn read(metadata: &Metadata, root: &Path, own: &[Own]) -> Vec<Package> {
    let Some(resolve) = &metadata.resolve else { return Vec::new() };
    let by_id: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let nodes: Vec<_> = resolve.nodes.iter().filter_map(|node| Some((node, *by_id.get(&node.id)?))).collect();
    let places: BTreeMap<_, usize> = nodes.iter().enumerate().map(|(at, (node, _))| (&node.id, at)).collect();
    let package = |(node, package): &(&cargo_metadata::Node, &cargo_metadata::Package)| {
        let folder = package.manifest_path.parent().map(|folder| folder.as_std_path().to_owned());
        let is_own =
            folder.as_ref().is_some_and(|folder| own.iter().any(|own| root.join(&own.folder) == *folder));
        // A path that leads out of the root is not followed: what is there is nobody's to read.
        let folder = folder.filter(|folder| package.source.is_some() || folder.starts_with(root));
        let library = package.targets.iter().find(|target| {
            target.kind.iter().any(|kind| {
                !matches!(
                    kind,
                    TargetKind::Bin
                        | TargetKind::Example
                        | TargetKind::Test
                        | TargetKind::Bench
                        | TargetKind::CustomBuild
                )
            })
        });
        Package {
            name: package.name.to_string(),
            version: package.version.to_string(),
            source: package.source.as_ref().map(|source| source.repr.clone()),
            features: node.features.iter().map(ToString::to_string).collect(),
            dependencies: node
                .deps
                .iter()
                .filter_map(|dependency| Some((dependency.name.clone(), *places.get(&dependency.pkg)?)))
                .collect(),
            library: library
                .filter(|library| !library.kind.contains(&TargetKind::ProcMacro))
                .and_then(|library| library_of(folder.as_deref()?, library.src_path.as_std_path())),
            library_name: library
                .map_or(package.name.to_string(), |library| library.name.clone())
                .replace('-', "_"),
            folder,
            is_own,
        }
    };
    nodes.iter().map(package).collect()
}
