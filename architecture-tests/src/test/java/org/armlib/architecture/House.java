package org.armlib.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the rules are about: the modules, their packages, and the classes in them. */
final class House {
    /** The packages of the inner house. Any other below {@code org.armlib} is an adapter's. */
    private static final Set<String> INNER =
            Set.of("domain", "ports", "application", "spi", "json", "content", "tck", "bootstrap");

    /** Every package that has rules, with the module whose sources it lies in. */
    static final Map<String, String> PACKAGES = new TreeMap<>(Map.ofEntries(
            Map.entry("org.armlib.domain", "domain"),
            Map.entry("org.armlib.ports", "ports"),
            Map.entry("org.armlib.application", "ports"),
            Map.entry("org.armlib.spi", "ports/spi"),
            Map.entry("org.armlib.json", "ports/json"),
            Map.entry("org.armlib.content", "ports/content"),
            Map.entry("org.armlib.tck", "ports/tck"),
            Map.entry("org.armlib.memory", "adapters-memory"),
            Map.entry("org.armlib.file", "adapters-file"),
            Map.entry("org.armlib.jdbc", "adapters-jdbc"),
            Map.entry("org.armlib.aws", "adapters-aws/client"),
            Map.entry("org.armlib.http", "adapters-http"),
            Map.entry("org.armlib.bootstrap", "bootstrap")));

    /** Modules that nobody depends on, and which are not published. */
    static final Set<String> INTERNAL_MODULES = Set.of(
            "examples",
            "architecture-tests",
            "benchmarks",
            "adapters-memory/lincheck",
            "adapters-jdbc/servers",
            "adapters-jdbc/integration-tests",
            "adapters-http/browser",
            "adapters-aws/dynamodb/server",
            "adapters-aws/s3/servers",
            "adapters-aws/pair");

    private static final Path ROOT = findRoot();

    /** The production classes of every module on the class path. */
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("org.armlib");

    private House() {}

    static Path root() {
        return ROOT;
    }

    /** The folders of the modules, as the parent lists them. */
    static List<String> modules() {
        return Pom.of(root().resolve("pom.xml")).texts("modules/module");
    }

    /** The package directly below {@code org.armlib} in which a class lies, for example {@code domain}. */
    static String room(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.", -1);
        return parts.length > 2 ? parts[2] : "";
    }

    static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith("org.armlib");
    }

    static boolean isAdapter(JavaClass type) {
        return isOurs(type) && !INNER.contains(room(type));
    }

    static DescribedPredicate<JavaClass> adapters() {
        return DescribedPredicate.describe("belong to an adapter", House::isAdapter);
    }

    /** The outermost class that a class is written in, itself if it is not nested. */
    static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(House::outermost).orElse(type);
    }

    /** The files below a folder, in it or deeper; a file itself; none where there is nothing. */
    static List<Path> filesBelow(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path findRoot() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path pom = folder.resolve("pom.xml");
            if (Files.exists(pom) && !Pom.of(pom).texts("modules/module").isEmpty()) {
                return folder;
            }
        }
        throw new AssertionError("no folder above " + Path.of("").toAbsolutePath() + " has a pom.xml with modules");
    }
}
