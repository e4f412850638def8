package org.armlib.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What others build on is described: rule 12. Overriding methods inherit their words, and a test of the contracts is
 * named by a sentence.
 */
class JavadocTest {
    private static final Set<String> UNDESCRIBED = Set.of("Override", "Test", "TestFactory", "ParameterizedTest");

    @TestFactory
    Stream<DynamicTest> rule_12_every_public_type_and_method_is_described() {
        return Stream.of("domain", "ports", "ports/spi", "ports/tck")
                .map(module -> DynamicTest.dynamicTest(module, () -> {
                    List<Path> sources =
                            House.filesBelow(House.root().resolve(module).resolve("src/main/java"));
                    assertThat(sources).isNotEmpty();
                    assertThat(undescribedIn(sources)).isEmpty();
                }));
    }

    @Test
    void the_rule_finds_a_planted_violation_of_every_sort() {
        String source = """
                package org.armlib.domain;

                public interface Planted {
                    void bare();

                    class Inner {
                        /** Described. */
                        public static final int ONE = 1;
                        public static final int TWO = 2;
                        int three;
                        /** Described. */
                        public Inner() {}
                        protected Inner(int i) {}
                        private void hidden() {}
                        @Override public String toString() { return ""; }
                    }

                    /** */
                    enum Colour { RED, /** Described. */ GREEN }

                    /**
                     * Described.
                     *
                     * @param described so
                     */
                    record Pair(int described, int bare) {
                        public Pair {}
                    }

                    /** Described. */
                    record Single(int one) {}
                }
                """;
        assertThat(undescribed(task -> List.of(new Snippet("org.armlib.domain.Planted", source).file())))
                .containsExactly(
                        "Planted.java:3 Planted",
                        "Planted.java:4 Planted.bare",
                        "Planted.java:6 Planted.Inner",
                        "Planted.java:9 Planted.Inner.TWO",
                        "Planted.java:13 Planted.Inner.<init>",
                        "Planted.java:19 Planted.Colour",
                        "Planted.java:19 Planted.Colour.RED",
                        "Planted.java:26 Planted.Pair, component bare",
                        "Planted.java:27 Planted.Pair.<init>");
    }

    private interface Sources {
        Iterable<? extends JavaFileObject> from(StandardJavaFileManager files);
    }

    private static List<String> undescribedIn(List<Path> sources) {
        return undescribed(files -> files.getJavaFileObjectsFromPaths(sources));
    }

    private static List<String> undescribed(Sources sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(new StringWriter(), files, null, List.of("-proc:none"), null, sources.from(files));
            for (CompilationUnitTree unit : task.parse()) {
                Finder finder = new Finder(DocTrees.instance(task), unit, found);
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree declared) {
                        finder.visit(declared, new TreePath(unit), "", false);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private record Finder(DocTrees docs, CompilationUnitTree unit, List<String> found) {

        void visit(ClassTree type, TreePath outer, String outerName, boolean inInterface) {
            if (!isOpen(type.getModifiers(), inInterface)) {
                return;
            }
            TreePath path = new TreePath(outer, type);
            String name = outerName + type.getSimpleName();
            check(path, type, name);
            boolean isInterface = type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
            if (type.getKind() == Tree.Kind.RECORD) {
                checkComponents(path, type, name);
            }
            for (Tree member : type.getMembers()) {
                if (member instanceof ClassTree nested) {
                    visit(nested, path, name + ".", isInterface);
                } else if (member instanceof MethodTree method) {
                    if (isOpen(method.getModifiers(), isInterface)
                            && method.getModifiers().getAnnotations().stream().noneMatch(Finder::speaksForItself)
                            && !isGenerated(method, type)) {
                        check(new TreePath(path, method), method, name + "." + method.getName());
                    }
                } else if (member instanceof VariableTree field
                        && !isComponent(field, type)
                        && isOpen(field.getModifiers(), isInterface)) {
                    check(new TreePath(path, field), field, name + "." + field.getName());
                }
            }
        }

        private void checkComponents(TreePath path, ClassTree type, String name) {
            List<VariableTree> components = type.getMembers().stream()
                    .filter(member -> member instanceof VariableTree field && isComponent(field, type))
                    .map(VariableTree.class::cast)
                    .toList();
            // What the one component of a record means, the record's description says.
            if (components.size() > 1) {
                DocCommentTree doc = docs.getDocCommentTree(path);
                for (VariableTree component : components) {
                    boolean described = doc != null
                            && doc.getBlockTags().stream()
                                    .filter(tag -> tag.getKind() == DocTree.Kind.PARAM)
                                    .map(ParamTree.class::cast)
                                    .anyMatch(tag -> !tag.isTypeParameter()
                                            && tag.getName().getName().contentEquals(component.getName())
                                            && !tag.getDescription().isEmpty());
                    if (!described) {
                        add(type, name + ", component " + component.getName());
                    }
                }
            }
        }

        private void check(TreePath path, Tree tree, String name) {
            DocCommentTree doc = docs.getDocCommentTree(path);
            if (doc == null
                    || (doc.getFullBody().isEmpty() && doc.getBlockTags().isEmpty())) {
                add(tree, name);
            }
        }

        private void add(Tree tree, String name) {
            long position = docs.getSourcePositions().getStartPosition(unit, tree);
            String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
            found.add(file + ":" + unit.getLineMap().getLineNumber(position) + " " + name);
        }

        private static boolean isOpen(ModifiersTree modifiers, boolean inInterface) {
            Set<Modifier> flags = modifiers.getFlags();
            return inInterface
                    ? !flags.contains(Modifier.PRIVATE)
                    : flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
        }

        /** The components of a record are fields to the parser: the only ones that are not static. */
        private static boolean isComponent(VariableTree field, ClassTree type) {
            return type.getKind() == Tree.Kind.RECORD
                    && !field.getModifiers().getFlags().contains(Modifier.STATIC);
        }

        private boolean isGenerated(MethodTree method, ClassTree type) {
            return docs.getSourcePositions().getStartPosition(unit, method)
                    == docs.getSourcePositions().getStartPosition(unit, type);
        }

        private static boolean speaksForItself(AnnotationTree annotation) {
            return UNDESCRIBED.contains(annotation.getAnnotationType().toString());
        }
    }
}
