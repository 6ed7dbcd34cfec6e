import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * One OpenSearch node whose plugins lie on the class path: LocalNode HOME OWNER PLUGIN...
 *
 * <p>Its settings are in HOME/config/opensearch.yml. It ends when the process OWNER has ended, or, where
 * that is 0, when it is told to.
 */
public final class LocalNode extends Node {
    private static final long LOOK_AFTER_MILLISECONDS = 500;

    @SuppressWarnings("unchecked") // A list of classes in OpenSearch 2, of PluginInfo in 3.
    private LocalNode(Environment environment, List<?> plugins) {
        super(environment, (Collection) plugins, false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        long owner = Long.parseLong(arguments[1]);
        List<Object> plugins = new ArrayList<>();
        for (String name : List.of(arguments).subList(2, arguments.length)) plugins.add(plugin(name));

        Settings settings = Settings.builder().put("path.home", home.toString()).build();
        LocalNode node = new LocalNode(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> null), plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        if (owner == 0) new CountDownLatch(1).await();
        Optional<ProcessHandle> process = ProcessHandle.of(owner);
        while (process.isPresent() && process.get().isAlive()) Thread.sleep(LOOK_AFTER_MILLISECONDS);
        System.exit(0);
    }

    private static Object plugin(String name) throws ClassNotFoundException {
        Class<?> type = Class.forName(name);
        if (Version.CURRENT.major < 3) return type;
        return new PluginInfo(
            name, "on the class path", "1", Version.CURRENT, "17", name, null, List.of(), false);
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (IOException error) {
            error.printStackTrace();
        }
    }
}
