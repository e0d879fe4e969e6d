//! `Cargo.lock` and manifests → the packages of a program, with the features that are on.
//!
//! The rules are cargo's: features are joined over all that ask for a package, on whatever platform; an optional
//! dependency counts once a feature turns it on; development dependencies count for the packages of the workspace; what
//! only a dependency of another platform leads to is left out. Where no lock says which version is meant, it is the highest at hand that fits.

use super::config::Configuration;
use super::home::Sources;
use super::manifest::{Dependency, Manifest, Use, identifier};
use super::{Own, Package};
use cargo_metadata::semver::{Version, VersionReq};
use std::collections::{BTreeMap, BTreeSet};

/// Packages that a lock may list.
const MAX_PACKAGES: usize = 10_000;

/// A row of a lock.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    name: String,
    version: String,
    source: Option<String>,
    /// Names, or names with versions, of what it depends on.
    dependencies: Vec<String>,
}

/// Whether a lock lists a package of the tree.
pub(super) fn lists(rows: &[Row], own: &Own) -> bool {
    rows.iter().any(|row| {
        row.source.is_none() && row.name == own.manifest.name && row.version == own.manifest.version
    })
}

/// The rows of a lock; none if it is not one.
pub(super) fn rows(text: &str) -> Option<Vec<Row>> {
    let table: toml::Table = text.parse().ok()?;
    let list = table.get("package").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let text = |row: &toml::Value, key: &str| row.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let row = |row: &toml::Value| {
        let dependencies = row.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
        let dependencies = dependencies.filter_map(toml::Value::as_str).map(str::to_owned).collect();
        let (name, version) = (text(row, "name")?, text(row, "version")?);
        Some(Row { name, version, source: text(row, "source"), dependencies })
    };
    Some(list.iter().take(MAX_PACKAGES).filter_map(row).collect())
}

/// A package while it is resolved.
struct Node {
    row: Row,
    folder: Option<std::path::PathBuf>,
    manifest: Option<Manifest>,
    is_member: bool,
    is_active: bool,
    features: BTreeSet<String>,
    /// Optional dependencies that are on.
    optional: BTreeSet<String>,
    /// Features that were asked of dependencies: key, feature.
    passed: BTreeSet<(String, String)>,
    /// Dependencies on the platform of the analysis.
    edges: BTreeSet<(String, usize)>,
}

/// What is still to be done.
enum Task {
    Activate(usize),
    Feature(usize, String),
    /// A dependency by its key: its features, and those that were passed to it.
    Follow(usize, String),
}

struct Resolution<'a> {
    nodes: Vec<Node>,
    by_name: BTreeMap<String, Vec<usize>>,
    sources: &'a Sources,
    platform: &'a Configuration,
    is_locked: bool,
    tasks: Vec<Task>,
}

/// The packages that these members of a workspace are made of, themselves included.
pub(super) fn resolve(
    members: &[&Own],
    lock: Option<&[Row]>,
    sources: &Sources,
    platform: &Configuration,
    features: &[String],
) -> Vec<Package> {
    let mut resolution = Resolution::new(members, lock, sources, platform);
    for (index, own) in members.iter().enumerate() {
        resolution.tasks.push(Task::Activate(index));
        resolution.tasks.push(Task::Feature(index, "default".to_owned()));
        let asked = features.iter().filter_map(|feature| own_feature(own, feature));
        resolution.tasks.extend(asked.map(|feature| Task::Feature(index, feature.to_owned())));
    }
    resolution.run();
    resolution.finish()
}

/// The feature of a package that is asked for by its name, or by that of the package and its own; none if the package
/// has no such feature.
pub(super) fn own_feature<'f>(own: &Own, feature: &'f str) -> Option<&'f str> {
    let manifest = &own.manifest;
    let feature = match feature.split_once('/') {
        Some((package, feature)) => Some(feature).filter(|_| package == manifest.name)?,
        None => feature,
    };
    let is_optional = manifest.dependencies.iter().any(|row| row.is_optional && row.key == feature);
    (is_optional || manifest.features.contains_key(feature)).then_some(feature)
}

impl<'a> Resolution<'a> {
    fn new(
        members: &[&Own],
        lock: Option<&[Row]>,
        sources: &'a Sources,
        platform: &'a Configuration,
    ) -> Self {
        let find = |own: &Own| {
            let is_it = |row: &&Row| {
                row.source.is_none() && row.name == own.manifest.name && row.version == own.manifest.version
            };
            lock.unwrap_or_default().iter().find(is_it).cloned().unwrap_or_else(|| Row {
                name: own.manifest.name.clone(),
                version: own.manifest.version.clone(),
                ..Row::default()
            })
        };
        let own = members.iter().map(|own| {
            let folder = Some(sources.root.join(&own.folder));
            Node { folder, manifest: Some(own.manifest.clone()), is_member: true, ..Node::new(find(own)) }
        });
        let mut nodes: Vec<Node> = own.collect();
        let rest = lock.unwrap_or_default().iter().filter(|row| {
            let is_own = |own: &&Own| row.name == own.manifest.name && row.version == own.manifest.version;
            row.source.is_some() || !members.iter().any(is_own)
        });
        nodes.extend(rest.cloned().map(Node::new));
        let mut resolution = Self {
            nodes: Vec::new(),
            by_name: BTreeMap::new(),
            sources,
            platform,
            is_locked: lock.is_some(),
            tasks: Vec::new(),
        };
        for node in nodes {
            resolution.add(node);
        }
        resolution
    }

    fn add(&mut self, node: Node) -> usize {
        self.by_name.entry(node.row.name.clone()).or_default().push(self.nodes.len());
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn run(&mut self) {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Activate(index) => self.activate(index),
                Task::Feature(index, feature) => self.feature(index, feature),
                Task::Follow(index, key) => self.follow(index, &key),
            }
        }
    }

    fn activate(&mut self, index: usize) {
        if std::mem::replace(&mut self.nodes[index].is_active, true) {
            return;
        }
        let node = &mut self.nodes[index];
        if node.manifest.is_none() {
            (node.folder, node.manifest) =
                self.sources.find(&node.row.name, &node.row.version, node.row.source.as_deref());
        }
        let rows = node.manifest.iter().flat_map(|manifest| &manifest.dependencies);
        let keys: BTreeSet<String> = rows.filter(|row| !row.is_optional).map(|row| row.key.clone()).collect();
        self.tasks.extend(keys.into_iter().map(|key| Task::Follow(index, key)));
        // Features that were asked for before the manifest was read.
        let asked = std::mem::take(&mut self.nodes[index].features);
        self.tasks.extend(asked.into_iter().map(|feature| Task::Feature(index, feature)));
    }

    fn feature(&mut self, index: usize, feature: String) {
        let node = &mut self.nodes[index];
        if !node.features.insert(feature.clone()) || !node.is_active {
            return;
        }
        let Some(manifest) = &node.manifest else { return };
        let Some(entries) = manifest.features.get(&feature).cloned() else {
            return self.turn_on(index, feature);
        };
        for entry in entries {
            if let Some(key) = entry.strip_prefix("dep:") {
                self.turn_on(index, key.to_owned());
            } else if let Some((key, feature)) = entry.split_once('/') {
                self.pass(index, key, feature);
            } else {
                self.tasks.push(Task::Feature(index, entry));
            }
        }
    }

    /// `a/f` and `a?/f`: a feature of a dependency. The lock counts the second as the first.
    fn pass(&mut self, index: usize, key: &str, feature: &str) {
        let (key, is_weak) = key.strip_suffix('?').map_or((key, false), |key| (key, true));
        let node = &mut self.nodes[index];
        node.passed.insert((key.to_owned(), feature.to_owned()));
        let rows = node.manifest.iter().flat_map(|manifest| &manifest.dependencies);
        let is_optional = rows.clone().any(|row| row.key == key && row.is_optional);
        // A dependency is a feature of its name too, unless the features name it another way.
        let is_feature = node.manifest.as_ref().is_some_and(|manifest| {
            let mut entries = manifest.features.values().flatten();
            manifest.features.contains_key(key)
                || !entries.any(|entry| entry.strip_prefix("dep:") == Some(key))
        });
        if is_optional && !is_weak && is_feature {
            self.tasks.push(Task::Feature(index, key.to_owned()));
        }
        if is_optional {
            node.optional.insert(key.to_owned());
        }
        self.tasks.push(Task::Follow(index, key.to_owned()));
    }

    fn turn_on(&mut self, index: usize, key: String) {
        let node = &mut self.nodes[index];
        let mut rows = node.manifest.iter().flat_map(|manifest| &manifest.dependencies);
        if rows.any(|row| row.is_optional && row.key == key) && node.optional.insert(key.clone()) {
            self.tasks.push(Task::Follow(index, key));
        }
    }

    fn follow(&mut self, index: usize, key: &str) {
        let node = &self.nodes[index];
        let Some(manifest) = &node.manifest else { return };
        let counts = |row: &&Dependency| {
            row.key == key
                && (node.is_member || row.kind != Use::Dev)
                && (!row.is_optional || node.optional.contains(key))
        };
        let wanted: Vec<Dependency> = manifest.dependencies.iter().filter(counts).cloned().collect();
        let passed: Vec<String> =
            node.passed.iter().filter(|row| row.0 == key).map(|row| row.1.clone()).collect();
        for row in wanted {
            let Some(target) = self.pick(index, &row) else { continue };
            if row.platform.as_deref().is_none_or(|platform| self.platform.is_for(platform)) {
                self.nodes[index].edges.insert((identifier(key), target));
            }
            self.tasks.push(Task::Activate(target));
            let features = row.features.into_iter().chain(passed.iter().cloned());
            self.tasks.extend(features.map(|feature| Task::Feature(target, feature)));
        }
    }

    /// The package that a dependency means.
    fn pick(&mut self, index: usize, wanted: &Dependency) -> Option<usize> {
        let known = self.by_name.get(&wanted.package).map_or(&[][..], Vec::as_slice);
        let requirement = wanted.requirement.as_deref().and_then(|text| VersionReq::parse(text).ok());
        let fits = |version: &str| match (&requirement, Version::parse(version)) {
            (Some(requirement), Ok(version)) => requirement.matches(&version),
            _ => true,
        };
        let is_listed = |&&at: &&usize| {
            let row = &self.nodes[at].row;
            let listed = &self.nodes[index].row.dependencies;
            listed.iter().any(|text| {
                let mut words = text.split(' ');
                words.next() == Some(&row.name) && words.next().is_none_or(|version| version == row.version)
            })
        };
        if self.is_locked && !self.nodes[index].row.dependencies.is_empty() {
            let listed: Vec<usize> = known.iter().filter(is_listed).copied().collect();
            let fitting = listed.iter().copied().find(|&at| fits(&self.nodes[at].row.version));
            return fitting.or_else(|| listed.first().copied());
        }
        let best = known.iter().copied().filter(|&at| fits(&self.nodes[at].row.version));
        let best = best.max_by_key(|&at| Version::parse(&self.nodes[at].row.version).ok());
        if best.is_some() || self.is_locked || self.nodes.len() > MAX_PACKAGES {
            return best;
        }
        let version = self
            .sources
            .versions(&wanted.package)
            .into_iter()
            .filter(|version| fits(&version.to_string()))
            .max()?;
        let row = Row {
            name: wanted.package.clone(),
            version: version.to_string(),
            source: Some("registry".to_owned()),
            dependencies: Vec::new(),
        };
        Some(self.add(Node::new(row)))
    }

    /// The nodes that members lead to.
    fn reached(&self) -> Vec<bool> {
        let mut reached: Vec<bool> = self.nodes.iter().map(|node| node.is_member).collect();
        let mut work: Vec<usize> = (0..self.nodes.len()).filter(|&index| reached[index]).collect();
        while let Some(index) = work.pop() {
            for &(_, target) in &self.nodes[index].edges {
                if !std::mem::replace(&mut reached[target], true) {
                    work.push(target);
                }
            }
        }
        reached
    }

    fn finish(self) -> Vec<Package> {
        let reached = self.reached();
        let mut places = vec![None; self.nodes.len()];
        for (place, index) in (0..self.nodes.len()).filter(|&index| reached[index]).enumerate() {
            places[index] = Some(place);
        }
        let library = |node: &Node| {
            let known = node.manifest.as_ref().map(|manifest| manifest.library.clone());
            known.unwrap_or_else(|| identifier(&node.row.name))
        };
        let names: Vec<(String, String)> =
            self.nodes.iter().map(|node| (node.row.name.clone(), library(node))).collect();
        let package = |node: Node| {
            let manifest = node.manifest.unwrap_or_default();
            Package {
                library: node.folder.as_ref().and_then(|_| super::home::library(&manifest)),
                library_name: if manifest.library.is_empty() {
                    identifier(&node.row.name)
                } else {
                    manifest.library
                },
                name: node.row.name,
                version: node.row.version,
                source: node.row.source,
                features: node
                    .features
                    .into_iter()
                    .filter(|feature| {
                        manifest.features.contains_key(feature) || node.optional.contains(feature)
                    })
                    .collect(),
                dependencies: node
                    .edges
                    .into_iter()
                    .filter_map(|(key, target)| {
                        // Code names a dependency by its library, unless the manifest gives it a name.
                        let (package, library) = &names[target];
                        let name = if identifier(package) == key { library.clone() } else { key };
                        Some((name, places[target]?))
                    })
                    .collect(),
                folder: node.folder,
                is_own: node.is_member,
            }
        };
        self.nodes.into_iter().zip(reached).filter(|row| row.1).map(|row| package(row.0)).collect()
    }
}

impl Node {
    fn new(row: Row) -> Self {
        Self {
            row,
            folder: None,
            manifest: None,
            is_member: false,
            is_active: false,
            features: BTreeSet::new(),
            optional: BTreeSet::new(),
            passed: BTreeSet::new(),
            edges: BTreeSet::new(),
        }
    }
}
