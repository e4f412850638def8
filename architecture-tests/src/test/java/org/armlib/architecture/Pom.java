package org.armlib.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A pom.xml, as far as the rules read it. */
record Pom(Element project) {

    static Pom of(Path file) {
        try {
            return new Pom(DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException | ParserConfigurationException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    String artifactId() {
        return texts("artifactId").get(0);
    }

    /** The texts of the elements at a path of names, for example {@code modules/module}. */
    List<String> texts(String path) {
        List<Element> elements = List.of(project);
        for (String name : path.split("/", -1)) {
            List<Element> children = new ArrayList<>();
            for (Element element : elements) {
                for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
                    if (node instanceof Element child && child.getTagName().equals(name)) {
                        children.add(child);
                    }
                }
            }
            elements = children;
        }
        return elements.stream()
                .map(element -> element.getTextContent().strip())
                .toList();
    }
}
