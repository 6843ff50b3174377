//! The POMs that one project leads to, each under one number, and the profiles that count in them.

use std::collections::{BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::context::{Context, Given, Values};
use super::coordinates::Coordinates;
use super::declared::By;
use super::descriptor::Descriptor;
use super::launch;
use super::model::{Lines, Pom, Profile, Section, Text};
use super::profile::{self, Conditions, Decision};
use super::reach::{Reach, Reaches};
use super::reactor::Reactor;
use super::remote::Trouble;
use super::session::{Maven, Refused, Shelved, file_or_folder};

/// How many POMs one project may lead to. A large one needs some 2,000.
const MAX_FILES: usize = 20_000;

/// How many remarks on profiles are kept.
const MAX_REMARKS: usize = 20;

/// A POM that was read.
#[derive(Clone, Debug)]
pub struct PomFile {
    /// Its path, relative as that of the first POM is, without `..` where that is possible.
    pub path: PathBuf,
    /// What it says.
    pub pom: Arc<Pom>,
    /// Where it was found.
    pub origin: Origin,
    /// Its path as people read it: of a released one, the place in any repository.
    pub shown: String,
}

/// Where a POM was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the project tree: a person can edit it.
    Tree,
    /// In a repository: it is as it was released.
    Repository,
    /// It is no POM but the settings, whose profiles add to the project.
    Settings,
}

impl PomFile {
    /// The coordinates as written; without a version that is but a reference.
    #[must_use]
    pub fn label(&self) -> String {
        label(self.coordinates())
    }

    /// Own group, artifact and version, else those of the reference to the parent.
    pub(super) fn coordinates(&self) -> [Option<&Text>; 3] {
        let parent = self.pom.parent.as_ref();
        [
            self.pom.group.as_ref().or_else(|| parent?.group.as_ref()),
            self.pom.artifact.as_ref(),
            self.pom.version.as_ref().or_else(|| parent?.version.as_ref()),
        ]
    }

    /// Where the lines of the file begin.
    #[must_use]
    pub fn lines(&self) -> &Lines {
        &self.pom.lines
    }
}

/// `group:artifact:version`; a version that is but a reference is left out.
pub(super) fn label(coordinates: [Option<&Text>; 3]) -> String {
    let texts = coordinates.map(|text| text.map(|text| text.value.as_str()));
    let [group, artifact, version] = texts;
    let name = format!("{}:{}", group.unwrap_or("?"), artifact.unwrap_or("?"));
    match version {
        Some(version) if !version.contains("${") && !version.is_empty() => {
            format!("{name}:{version}")
        }
        _ => name,
    }
}

/// As what a POM is built. It decides which values and profiles reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A project of the tree: `-P` counts, and `-D` wins over its properties.
    Project,
    /// A bill of materials that a project imports: `-D` wins, `-P` does not count.
    Import,
    /// A dependency: `-D` is but a property of the system, below its own.
    Descriptor,
}

impl Kind {
    /// Who declares the repositories of such a POM.
    pub(super) fn by(self) -> By {
        match self {
            Self::Project => By::Document,
            Self::Import | Self::Descriptor => By::Release,
        }
    }
}

/// How a POM and its parents are built.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) kind: Kind,
    /// The folder of the project: conditions on files are asked there, also those of its parents.
    pub(super) basedir: Option<PathBuf>,
    pub(super) outside: Arc<Outside>,
    /// The same for conditions of profiles, where properties of the settings count as `-D`.
    conditions: Arc<Outside>,
    /// What the profiles of the settings add to the project.
    pub(super) external: Option<(usize, Arc<Section>)>,
    /// Where what it needs is looked for, before it says more about that itself.
    pub(super) reach: Reach,
}

impl Setting {
    /// The same, where what it needs is looked for elsewhere.
    pub(super) fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }
}

/// The values that no POM states.
#[derive(Clone, Debug, Default)]
pub(super) struct Outside {
    /// They win over properties.
    pub(super) user: Values,
    /// They lose against properties.
    pub(super) system: Values,
}

/// Something odd that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What was found and what was done.
    pub message: String,
    /// The file.
    pub file: usize,
    /// The byte there.
    pub offset: usize,
}

/// Reads POMs, each once, and remembers what was made of them.
pub(super) struct Library<'m> {
    pub(super) maven: &'m Maven<'m>,
    pub(super) context: Context,
    /// The files in the order in which they were asked for, the project first.
    pub(super) files: Vec<PomFile>,
    by_path: HashMap<PathBuf, usize>,
    by_coordinates: HashMap<(Coordinates, Reach), Result<usize, Lack>>,
    sections: HashMap<(usize, Kind), Arc<Section>>,
    outside: [Arc<Outside>; 2],
    pub(super) reactor: Reactor,
    pub(super) imports: HashMap<(Coordinates, Kind, Reach), super::import::Imported>,
    pub(super) imports_built: usize,
    pub(super) entries_imported: usize,
    pub(super) descriptors: HashMap<(Coordinates, Reach), Rc<Descriptor>>,
    pub(super) settings_file: Option<usize>,
    pub(super) reaches: Reaches,
    /// Where every project is looked for.
    reach: Reach,
    /// What is to be told about remote repositories.
    pub(super) troubles: BTreeSet<Trouble>,
    /// What was odd.
    pub(super) remarks: Vec<Remark>,
}

/// Why a release has no POM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lack {
    pub(super) cause: String,
    /// It is there and is no POM: asking elsewhere would not help.
    pub(super) is_broken: bool,
}

impl<'m> Library<'m> {
    /// Starts with the project itself.
    pub(super) fn new(maven: &'m Maven<'m>, pom: Pom, path: &Path) -> Self {
        let path = normal(path);
        let mut context = Context::of(&maven.machine);
        launch::read(maven, &path, &mut context);
        let arguments = maven.machine.arguments.iter().map(String::as_str);
        context.arguments(arguments, "the command line");
        let user = context.user.clone();
        let mut both = context.system.clone();
        both.extend(user.clone());
        let outside = [
            Outside { user, system: context.system.clone() },
            Outside { user: Values::new(), system: both },
        ];
        let mut library = Self {
            maven,
            context,
            files: Vec::new(),
            by_path: HashMap::new(),
            by_coordinates: HashMap::new(),
            sections: HashMap::new(),
            outside: outside.map(Arc::new),
            reactor: Reactor::default(),
            imports: HashMap::new(),
            imports_built: 0,
            entries_imported: 0,
            descriptors: HashMap::new(),
            settings_file: None,
            reaches: Reaches::default(),
            reach: Reach::default(),
            troubles: BTreeSet::new(),
            remarks: Vec::new(),
        };
        let shelved = Arc::new(Shelved::new(path, pom));
        library.add(&shelved, Origin::Tree);
        if let Some(settings) = library.context.external.clone() {
            let pom = Pom::nameless(settings.lines.clone());
            let shelved = Arc::new(Shelved::new(settings.path.clone(), pom));
            library.settings_file = Some(library.add(&shelved, Origin::Settings));
        }
        let external = library.setting(0, Kind::Project).external;
        let of_settings = external.as_ref().map(|(_, section)| section.repositories.as_slice());
        library.reach = library.reach_of_user(of_settings.unwrap_or_default());
        library
    }

    fn add(&mut self, shelved: &Arc<Shelved>, origin: Origin) -> usize {
        let Shelved { path, pom, shown } = &**shelved;
        if let Some(&index) = self.by_path.get(path) {
            return index;
        }
        let index = self.files.len();
        let (pom, shown) = (Arc::clone(pom), shown.clone());
        self.files.push(PomFile { path: path.clone(), pom, origin, shown });
        self.by_path.insert(path.clone(), index);
        index
    }

    /// A file by its number.
    pub(super) fn file(&self, index: usize) -> Option<&PomFile> {
        self.files.get(index)
    }

    /// The POM at a path of the tree, or in the folder at that path.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn load(&mut self, path: &Path) -> Result<usize, String> {
        let mut first = None;
        for candidate in file_or_folder(path) {
            match self.load_file(&candidate) {
                Ok(index) => return Ok(index),
                Err(cause) => first.get_or_insert(cause),
            };
        }
        Err(first.unwrap_or_default())
    }

    fn load_file(&mut self, path: &Path) -> Result<usize, String> {
        if let Some(&known) = self.by_path.get(path) {
            return Ok(known);
        }
        self.room()?;
        match self.maven.file(path) {
            Ok(Some(shelved)) => Ok(self.add(&shelved, Origin::Tree)),
            Ok(None) => Err(format!("there is no {}", path.display())),
            Err(refused) => Err(refused.cause().to_owned()),
        }
    }

    fn room(&self) -> Result<(), String> {
        if self.files.len() < MAX_FILES {
            return Ok(());
        }
        Err(format!("more than {MAX_FILES} POMs are needed"))
    }

    /// The POM of a release in a repository.
    pub(super) fn release(&mut self, of: &Coordinates, reach: Reach) -> Result<usize, Lack> {
        let key = (of.clone(), reach);
        if let Some(known) = self.by_coordinates.get(&key) {
            return known.clone();
        }
        let lack = |cause: String, is_broken| Lack { cause, is_broken };
        let found = match self.room() {
            Err(cause) => Err(lack(cause, false)),
            Ok(()) => {
                let (answer, troubles) = self.maven.release(of, self.remotes(reach));
                self.note(troubles);
                match answer {
                    Ok(Some(shelved)) => Ok(self.add(&shelved, Origin::Repository)),
                    Ok(None) => Err(lack(self.not_found(reach), false)),
                    Err(Refused::Broken(cause)) => Err(lack(cause, true)),
                    Err(Refused::Unasked(cause)) => Err(lack(cause, false)),
                }
            }
        };
        self.by_coordinates.insert(key, found.clone());
        found
    }

    /// Why a release that nobody has is not there.
    fn not_found(&self, reach: Reach) -> String {
        self.maven.asked(self.remotes(reach)).map_or_else(
            || "no repository was given".to_owned(),
            |asked| format!("the POM is not in {asked}"),
        )
    }

    /// A path that a POM writes, from its own folder; a leading `/` counts for nothing.
    pub(super) fn beside(&self, file: usize, written: &str) -> PathBuf {
        beside(self.files.get(file).map_or(Path::new(""), |file| &file.path), written)
    }

    /// How a file is built as what.
    pub(super) fn setting(&self, file: usize, kind: Kind) -> Setting {
        let path = self.file(file).map_or(Path::new(""), |file| &file.path);
        self.setting_of(path, kind)
    }

    fn setting_of(&self, path: &Path, kind: Kind) -> Setting {
        let folder = path.parent().map(Path::to_owned);
        let [project, descriptor] = &self.outside;
        let outside = Arc::clone(if kind == Kind::Descriptor { descriptor } else { project });
        let mut setting = Setting {
            kind,
            basedir: folder.filter(|_| kind == Kind::Project),
            conditions: Arc::clone(&outside),
            outside,
            external: None,
            reach: self.reach,
        };
        if let Some(file) = self.settings_file.filter(|_| kind == Kind::Project) {
            let profiles = self.context.external_profiles();
            let section = self.decide(&Section::default(), profiles, &setting).section;
            let mut conditions = Outside::clone(&setting.conditions);
            for property in &section.properties {
                let given = Given {
                    value: property.value.value.clone(),
                    from: format!("property {} of the settings", property.name),
                };
                conditions.user.entry(property.name.clone()).or_insert(given);
            }
            setting.conditions = Arc::new(conditions);
            setting.external = Some((file, Arc::new(section)));
        }
        setting
    }

    /// The POM at a path of the tree, or in the folder at that path, without a number. The project
    /// itself is the text that was given, whatever its file says.
    pub(super) fn peek(&self, path: &Path) -> Option<Arc<Shelved>> {
        file_or_folder(path).into_iter().find_map(|path| match self.files.first() {
            Some(PomFile { path: own, pom, shown, .. }) if *own == path => {
                let (pom, shown) = (Arc::clone(pom), shown.clone());
                Some(Arc::new(Shelved { path, pom, shown }))
            }
            _ => self.maven.file(&path).ok().flatten(),
        })
    }

    /// The modules of a POM of the tree with the profiles that count.
    pub(super) fn modules_with_profiles(&self, module: &Shelved) -> Vec<Text> {
        let setting = self.setting_of(&module.path, Kind::Project);
        self.decide(&module.pom.section, &module.pom.profiles, &setting).section.modules
    }

    /// Does something without remarks on the profiles that it meets.
    pub(super) fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let remarked = self.remarks.len();
        let done = work(self);
        self.remarks.truncate(remarked);
        done
    }

    fn decide(&self, section: &Section, profiles: &[Profile], setting: &Setting) -> Decision {
        let exists = |path: &Path| self.maven.exists(path);
        let named = setting.kind == Kind::Project;
        let conditions = Conditions {
            outside: &setting.conditions,
            on: if named { &self.context.on } else { &[] },
            off: if named { &self.context.off } else { &[] },
            basedir: setting.basedir.as_deref(),
            exists: &exists,
        };
        profile::decide(section, profiles, &conditions)
    }

    /// What a file says with the profiles that count.
    pub(super) fn section(&mut self, file: usize, setting: &Setting) -> Arc<Section> {
        // what depends on the folder of one project is not kept for others
        let key = (file, setting.kind);
        let depends = setting.basedir.is_some();
        if let Some(known) = self.sections.get(&key).filter(|_| !depends) {
            return Arc::clone(known);
        }
        let Some(pom) = self.file(file).map(|file| Arc::clone(&file.pom)) else {
            return Arc::default();
        };
        let decision = self.decide(&pom.section, &pom.profiles, setting);
        let section = Arc::new(decision.section);
        if let Some(message) = decision.remark.filter(|_| setting.kind != Kind::Descriptor) {
            let remark = Remark { message, file, offset: pom.span.start };
            if self.remarks.len() < MAX_REMARKS && !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
        if !depends {
            self.sections.insert(key, Arc::clone(&section));
        }
        section
    }
}

/// A path that the POM in `file` writes, from its folder.
pub(super) fn beside(file: &Path, written: &str) -> PathBuf {
    let mut path = file.parent().unwrap_or(Path::new("")).to_owned();
    for part in written.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
        path.push(part);
    }
    path
}

/// Takes `.` and `folder/..` out of a path, as Maven does, without asking the file system.
#[must_use]
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match (part, normal.components().next_back()) {
            (Component::ParentDir, Some(Component::Normal(_))) => {
                normal.pop();
            }
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            _ => normal.push(part),
        }
    }
    normal
}
