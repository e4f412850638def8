package org.armlib.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the rules are about is there, and the files beside the classes keep the rules too. */
class FilesTest {
    private static final Pattern TEXT_FILES = Pattern.compile(
            ".*\\.(java|xml|md|conf|properties|sh|yml|yaml|json|html|js|css|txt|sql|config)|[^.]*|.*file");

    /** Written so that they do not match themselves. */
    private static final List<Pattern> NOT_OURS = Stream.of(
                    // Folders of one machine.
                    "/wor[k]/",
                    "/roo[t]/",
                    "/hom[e]/\\w",
                    "/User[s]/\\w",
                    "[C]:\\\\",
                    "/usr/lib/jv[m]",
                    // Hosts of package registries.
                    "repo1?[.]mave[n]",
                    "repo[.]mave[n][.]apache",
                    "central[.]sonatyp[e]",
                    "registry[.]npmj[s]",
                    "docke[r][.]io",
                    "ghc[r][.]io",
                    "pyp[i][.]org",
                    "de[b][.]debian")
            .map(Pattern::compile)
            .toList();

    @TestFactory
    Stream<DynamicTest> rule_13_every_package_that_the_rules_name_exists() {
        Set<String> present =
                House.CLASSES.stream().map(FilesTest::housePackage).collect(Collectors.toCollection(TreeSet::new));
        return House.PACKAGES.entrySet().stream()
                .filter(entry -> !sourcesOf(entry.getKey(), entry.getValue()).isEmpty())
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> assertThat(present).contains(entry.getKey())));
    }

    @Test
    void rule_13_every_package_that_exists_is_named_by_the_rules() {
        assertThat(House.CLASSES.stream().map(FilesTest::housePackage).collect(Collectors.toSet()))
                .isNotEmpty()
                .isSubsetOf(House.PACKAGES.keySet());
    }

    @Test
    void rule_13_a_package_that_is_not_there_has_no_sources() {
        assertThat(sourcesOf("org.armlib.domain", "domain")).isNotEmpty();
        assertThat(sourcesOf("org.armlib.nowhere", "domain")).isEmpty();
    }

    @Test
    void every_published_module_is_in_the_bill_of_materials() {
        List<String> published = House.modules().stream()
                .filter(module -> !House.INTERNAL_MODULES.contains(module))
                .map(module -> Pom.of(House.root().resolve(module).resolve("pom.xml")))
                .filter(pom -> !pom.texts("packaging").contains("pom"))
                .map(Pom::artifactId)
                .toList();

        assertThat(published).contains("armlib-domain", "armlib-tck");
        assertThat(Pom.of(House.root().resolve("bom/pom.xml"))
                        .texts("dependencyManagement/dependencies/dependency/artifactId"))
                .containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void every_module_is_on_this_modules_class_path_or_internal() {
        List<String> dependencies =
                Pom.of(House.root().resolve("architecture-tests/pom.xml")).texts("dependencies/dependency/artifactId");
        assertThat(dependencies)
                .containsAll(Pom.of(House.root().resolve("bom/pom.xml"))
                        .texts("dependencyManagement/dependencies/dependency/artifactId"));
    }

    @Test
    void no_file_names_a_folder_of_one_machine_or_the_host_of_a_registry() {
        List<String> found = new ArrayList<>();
        List<Path> files = textFiles();
        for (Path file : files) {
            found.addAll(notOurs(House.root().relativize(file).toString(), House.read(file)));
        }
        assertThat(files).hasSizeGreaterThan(50);
        assertThat(found).isEmpty();
    }

    @Test
    void a_folder_of_one_machine_and_the_host_of_a_registry_are_found() {
        String folder = "/wor" + "k/x";
        String home = "/hom" + "e/me";
        String host = "docke" + "r.io/x";

        assertThat(notOurs("a.md", String.join("\n", "/var/lib/armlib", folder, home, host)))
                .containsExactly("a.md:2 " + folder, "a.md:3 " + home, "a.md:4 " + host);
    }

    private static List<String> notOurs(String name, String text) {
        List<String> found = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (NOT_OURS.stream().anyMatch(pattern -> pattern.matcher(line).find())) {
                found.add(name + ":" + (i + 1) + " " + line.strip());
            }
        }
        return found;
    }

    /** The text files of the project itself: neither what is built, nor what hides, nor what the data folders hold. */
    private static List<Path> textFiles() {
        Stream<Path> inFolders = Stream.concat(
                        House.modules().stream().flatMap(module -> Stream.of(module + "/src", module + "/pom.xml")),
                        Stream.of("docs"))
                .map(House.root()::resolve)
                .flatMap(path -> House.filesBelow(path).stream());
        return Stream.concat(inFolders, House.filesIn(House.root()).stream())
                .filter(file ->
                        TEXT_FILES.matcher(file.getFileName().toString()).matches())
                .toList();
    }

    private static List<Path> sourcesOf(String packageName, String module) {
        return House.filesBelow(
                House.root().resolve(module).resolve("src/main/java").resolve(packageName.replace('.', '/')));
    }

    private static String housePackage(JavaClass type) {
        return "org.armlib." + House.room(type);
    }
}
