package org.armlib.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A source file that breaks a rule, compiled when its test asks for it. */
record Snippet(String typeName, String source) {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    /** One for all compilations: it remembers what is in the jars of the class path. */
    private static final StandardJavaFileManager FILES = COMPILER.getStandardFileManager(null, null, null);

    /** A class, record or interface of the name {@code packageName.Planted...}, given without its package line. */
    static Snippet in(String packageName, String source) {
        String simpleName = source.replaceFirst("(?s).*?\\b(?:class|record|interface|enum) (\\w+).*", "$1");
        return new Snippet(packageName + "." + simpleName, "package " + packageName + ";\n" + source);
    }

    JavaFileObject file() {
        URI uri = URI.create("string:///" + typeName.replace('.', '/') + ".java");
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    /** The classes that snippets compile to, against everything on the class path. */
    static JavaClasses compile(List<Snippet> snippets) {
        StringWriter messages = new StringWriter();
        try {
            Path folder = Files.createTempDirectory("planted");
            try {
                List<String> options = List.of("-proc:none", "-nowarn", "-d", folder.toString());
                boolean compiled = COMPILER.getTask(
                                messages,
                                FILES,
                                null,
                                options,
                                null,
                                snippets.stream().map(Snippet::file).toList())
                        .call();
                if (!compiled) {
                    throw new AssertionError("the planted violation does not compile: " + messages);
                }
                return new ClassFileImporter().importPath(folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
