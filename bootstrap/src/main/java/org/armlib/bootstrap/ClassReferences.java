package org.armlib.bootstrap;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/** The classes that a class file names in its constant pool (JVMS 4.4). */
final class ClassReferences {
    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;

    private ClassReferences() {}

    /** The binary names of the classes, those of arrays' elements included and primitive types left out. */
    static Set<String> of(InputStream classFile) throws IOException {
        DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(classFile));
        in.skipNBytes(8);
        int size = in.readUnsignedShort();
        String[] texts = new String[size];
        Set<Integer> named = new HashSet<>();
        for (int i = 1; i < size; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case UTF8 -> texts[i] = in.readUTF();
                case CLASS -> named.add(in.readUnsignedShort());
                case LONG, DOUBLE -> {
                    in.skipNBytes(8);
                    // It takes two places.
                    i++;
                }
                default -> in.skipNBytes(length(tag));
            }
        }
        Set<String> references = new HashSet<>();
        for (int index : named) {
            String name = texts[index];
            String element = name.startsWith("[") ? element(name) : name;
            if (!element.isEmpty()) {
                references.add(element.replace('/', '.'));
            }
        }
        return references;
    }

    private static String element(String array) {
        String type = array.replaceFirst("\\[+", "");
        return type.startsWith("L") ? type.substring(1, type.length() - 1) : "";
    }

    private static int length(int tag) throws IOException {
        return switch (tag) {
            case 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            default -> throw new IOException("no tag of a constant: " + tag);
        };
    }
}
