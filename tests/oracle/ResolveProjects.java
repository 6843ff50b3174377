// Asks Maven's own libraries what each project resolves to. One folder a line on standard input;
// answers, parted by tabs: `case FOLDER`, then for each project of its reactor `project NAME`, its
// dependencies `node DEPTH ARTIFACT SCOPE OPTIONAL`, and `error TEXT` where Maven gives up.
//
//     java -cp 'MAVEN_HOME/lib/*:MAVEN_HOME/boot/*' ResolveProjects.java < folders
//
// A folder holds pom.xml, perhaps .mvn/maven.config with -D and -P, and repo/, the only repository.

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.maven.RepositoryUtils;
import org.apache.maven.artifact.repository.ArtifactRepository;
import org.apache.maven.artifact.repository.ArtifactRepositoryPolicy;
import org.apache.maven.artifact.repository.MavenArtifactRepository;
import org.apache.maven.artifact.repository.layout.DefaultRepositoryLayout;
import org.apache.maven.model.Model;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.project.DefaultProjectBuildingRequest;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.ProjectBuilder;
import org.apache.maven.project.ProjectBuildingException;
import org.apache.maven.project.ProjectBuildingRequest;
import org.apache.maven.project.ProjectBuildingResult;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.apache.maven.repository.internal.MavenWorkspaceReader;
import org.codehaus.plexus.DefaultContainerConfiguration;
import org.codehaus.plexus.DefaultPlexusContainer;
import org.codehaus.plexus.PlexusConstants;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.collection.CollectResult;
import org.eclipse.aether.collection.DependencyCollectionException;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.DependencyNode;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;

public class ResolveProjects {
    private final PrintStream out;
    private final ProjectBuilder builder;
    private final RepositorySystem resolver;
    private final Path scratch = Files.createTempDirectory("bomvet-oracle");
    private int number;

    private ResolveProjects(PrintStream out) throws Exception {
        this.out = out;
        var configuration = new DefaultContainerConfiguration()
                .setClassPathScanning(PlexusConstants.SCANNING_INDEX)
                .setAutoWiring(true);
        var container = new DefaultPlexusContainer(configuration);
        builder = container.lookup(ProjectBuilder.class);
        resolver = container.lookup(RepositorySystem.class);
    }

    public static void main(String[] arguments) throws Exception {
        // what containers print must not mix with answers
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        // else one case would see the models of another
        System.setProperty("maven.defaultProjectBuilder.disableGlobalModelCache", "true");
        var oracle = new ResolveProjects(out);
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            oracle.say("case", line);
            try {
                oracle.resolve(new File(line).getAbsoluteFile());
            } catch (ProjectBuildingException error) {
                oracle.say("error", String.valueOf(error.getMessage()));
            } catch (Exception | StackOverflowError error) {
                oracle.say("error", "crash " + error);
            }
        }
        out.flush();
        System.exit(0);
    }

    private void say(String... words) {
        List<String> clean = new ArrayList<>();
        for (String word : words) {
            clean.add(word.replaceAll("\\s+", " "));
        }
        out.println(String.join("\t", clean));
    }

    /** The modules of one build, by their coordinates. */
    private static final class Siblings implements MavenWorkspaceReader {
        private final WorkspaceRepository repository = new WorkspaceRepository("reactor");
        private final List<MavenProject> projects = new ArrayList<>();

        @Override
        public WorkspaceRepository getRepository() {
            return repository;
        }

        @Override
        public File findArtifact(Artifact artifact) {
            if (!artifact.getExtension().equals("pom")) {
                return null;
            }
            for (MavenProject project : projects) {
                if (isOf(project, artifact) && project.getVersion().equals(artifact.getVersion())) {
                    return project.getFile();
                }
            }
            return null;
        }

        @Override
        public List<String> findVersions(Artifact artifact) {
            List<String> versions = new ArrayList<>();
            for (MavenProject project : projects) {
                if (isOf(project, artifact)) {
                    versions.add(project.getVersion());
                }
            }
            return versions;
        }

        @Override
        public Model findModel(Artifact artifact) {
            for (MavenProject project : projects) {
                if (isOf(project, artifact) && project.getVersion().equals(artifact.getVersion())) {
                    return project.getModel();
                }
            }
            return null;
        }

        private static boolean isOf(MavenProject project, Artifact artifact) {
            return project.getGroupId().equals(artifact.getGroupId())
                    && project.getArtifactId().equals(artifact.getArtifactId());
        }
    }

    private static Properties system() {
        Properties system = new Properties();
        system.putAll(System.getProperties());
        System.getenv().forEach((name, value) -> system.setProperty("env." + name, value));
        system.setProperty("java.version", "17.0.15");
        return system;
    }

    private DefaultRepositorySystemSession session(String url, Properties user, Siblings siblings) {
        var session = MavenRepositorySystemUtils.newSession();
        var local = new LocalRepository(scratch.resolve("local" + number++).toFile());
        session.setLocalRepositoryManager(resolver.newLocalRepositoryManager(session, local));
        session.setUpdatePolicy("never");
        session.setChecksumPolicy("ignore");
        Properties system = system();
        session.setSystemProperties(system);
        session.setUserProperties(user);
        session.setConfigProperties(system);
        var mirrors = new DefaultMirrorSelector();
        mirrors.add("mirror", url, "default", false, "*", "");
        session.setMirrorSelector(mirrors);
        session.setWorkspaceReader(siblings);
        return session;
    }

    private void resolve(File folder) throws Exception {
        Properties user = new Properties();
        List<String> on = new ArrayList<>();
        List<String> off = new ArrayList<>();
        Path config = folder.toPath().resolve(".mvn/maven.config");
        if (Files.exists(config)) {
            for (String word : Files.readString(config).trim().split("\\s+")) {
                if (word.startsWith("-D")) {
                    String[] parts = word.substring(2).split("=", 2);
                    user.setProperty(parts[0], parts.length > 1 ? parts[1] : "true");
                } else if (word.startsWith("-P!")) {
                    off.add(word.substring(3));
                } else if (word.startsWith("-P")) {
                    on.add(word.substring(2));
                }
            }
        }
        String url = new File(folder, "repo").toURI().toString();
        var siblings = new Siblings();
        var session = session(url, user, siblings);
        var policy = new ArtifactRepositoryPolicy(true, "never", "ignore");
        ArtifactRepository central =
                new MavenArtifactRepository("central", url, new DefaultRepositoryLayout(), policy, policy);
        var request = new DefaultProjectBuildingRequest();
        request.setRepositorySession(session);
        request.setSystemProperties(session.getSystemProperties() == null ? null : system());
        request.setUserProperties((Properties) user.clone());
        request.setRemoteRepositories(List.of(central));
        request.setPluginArtifactRepositories(List.of(central));
        request.setRepositoryMerging(ProjectBuildingRequest.RepositoryMerging.REQUEST_DOMINANT);
        request.setProcessPlugins(false);
        request.setActiveProfileIds(on);
        request.setInactiveProfileIds(off);
        request.setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_STRICT);
        List<File> poms = List.of(new File(folder, "pom.xml"));
        List<ProjectBuildingResult> results = builder.build(poms, true, request);
        results.forEach(result -> siblings.projects.add(result.getProject()));
        for (ProjectBuildingResult result : results) {
            collect(session, result.getProject());
        }
    }

    private void collect(DefaultRepositorySystemSession session, MavenProject project) {
        say("project", project.getGroupId() + ":" + project.getArtifactId() + ":"
                + project.getPackaging() + ":" + project.getVersion());
        var types = session.getArtifactTypeRegistry();
        var request = new CollectRequest();
        request.setRootArtifact(RepositoryUtils.toArtifact(project.getArtifact()));
        request.setRequestContext("project");
        request.setRepositories(project.getRemoteProjectRepositories());
        for (var dependency : project.getDependencies()) {
            request.addDependency(RepositoryUtils.toDependency(dependency, types));
        }
        var management = project.getDependencyManagement();
        if (management != null) {
            for (var dependency : management.getDependencies()) {
                request.addManagedDependency(RepositoryUtils.toDependency(dependency, types));
            }
        }
        CollectResult found;
        try {
            found = resolver.collectDependencies(session, request);
        } catch (DependencyCollectionException error) {
            found = error.getResult();
            StringBuilder causes = new StringBuilder();
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                causes.append(cause.getMessage()).append(" <- ");
            }
            say("error", causes.toString());
        }
        if (found.getRoot() != null) {
            nodes(found.getRoot(), 1);
        }
    }

    private void nodes(DependencyNode parent, int depth) {
        for (DependencyNode child : parent.getChildren()) {
            Artifact artifact = child.getArtifact();
            String classifier = artifact.getClassifier().isEmpty() ? "" : ":" + artifact.getClassifier();
            String name = artifact.getGroupId() + ":" + artifact.getArtifactId() + ":"
                    + artifact.getExtension() + classifier + ":" + artifact.getVersion();
            Dependency dependency = child.getDependency();
            say("node", "" + depth, name, dependency.getScope(), "" + dependency.isOptional());
            nodes(child, depth + 1);
        }
    }
}
