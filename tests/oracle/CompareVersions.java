import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.maven.artifact.versioning.ComparableVersion;

/**
 * Asks Maven's own class. Reads one pair a line, the two versions apart by a tab, UTF-8; prints for
 * each -1, 0 or 1, or the simple name of what was thrown.
 */
public final class CompareVersions {
    private CompareVersions() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader pairs =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StringBuilder answers = new StringBuilder();
        for (String pair = pairs.readLine(); pair != null; pair = pairs.readLine()) {
            answers.append(answer(pair)).append('\n');
        }
        try (PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8)) {
            out.print(answers);
        }
    }

    private static String answer(String pair) {
        int tab = pair.indexOf('\t');
        try {
            ComparableVersion left = new ComparableVersion(pair.substring(0, tab));
            ComparableVersion right = new ComparableVersion(pair.substring(tab + 1));
            return String.valueOf(Integer.signum(left.compareTo(right)));
        } catch (RuntimeException thrown) {
            return thrown.getClass().getSimpleName();
        }
    }
}
