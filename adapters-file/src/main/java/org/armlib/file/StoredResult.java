package org.armlib.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.UUID;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.StoredFormat;
import org.armlib.json.JsonForms;

/**
 * A result on disk: its manifest, and the token that begins the names of its parts. The file of the manifest is a JSON
 * object of both, {@code {"parts":"<token>","manifest":{...}}}.
 */
record StoredResult(Entry entry, String token, Manifest manifest) {
    static final int TOKEN_DIGITS = 32;

    static String newToken() {
        UUID random = UUID.randomUUID();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.getMostSignificantBits()) + hex.toHexDigits(random.getLeastSignificantBits());
    }

    static byte[] file(String token, Manifest manifest) {
        return ("{\"parts\":\"" + token + "\",\"manifest\":" + JsonForms.write(manifest) + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    static String partName(String token, FormatName format) {
        return token + "." + format;
    }

    Path part(FormatName format) {
        return entry.folder().resolve(partName(token, format));
    }

    /** Whether a part is there, and of the length it was published with. */
    boolean isWhole(StoredFormat format) throws IOException {
        try {
            BasicFileAttributes part =
                    Files.readAttributes(part(format.name()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return part.isRegularFile() && part.size() == format.storedLength();
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
