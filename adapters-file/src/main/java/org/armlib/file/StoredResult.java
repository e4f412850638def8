package org.armlib.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.StoredFormat;
import org.armlib.json.JsonForms;

/**
 * A result on disk: its manifest, and the token that begins the names of its parts. The file of the manifest is a JSON
 * object of both, {@code {"parts":"<token>","manifest":{...}}}.
 */
record StoredResult(Entry entry, String token, Manifest manifest) {
    static final int TOKEN_DIGITS = 32;
    private static final Pattern FILE = Pattern.compile(
            "\\{\"parts\":\"(?<token>[0-9a-f]{" + TOKEN_DIGITS + "})\",\"manifest\":(?<manifest>.*)\\}\n",
            Pattern.DOTALL);

    static String newToken() {
        UUID random = UUID.randomUUID();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.getMostSignificantBits()) + hex.toHexDigits(random.getLeastSignificantBits());
    }

    static byte[] file(String token, Manifest manifest) {
        return ("{\"parts\":\"" + token + "\",\"manifest\":" + JsonForms.write(manifest) + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a manifest and looks whether its parts are there.
     *
     * @return empty if the manifest cannot be read, or a part is missing or of another length
     * @throws NoSuchFileException if the manifest is not there any more
     */
    static Optional<StoredResult> load(Entry entry) throws IOException {
        Matcher matcher = FILE.matcher(text(entry.path()));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Manifest manifest;
        try {
            manifest = JsonForms.readManifest(matcher.group("manifest"));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
        StoredResult result = new StoredResult(entry, matcher.group("token"), manifest.withCachePolicy(entry.area()));
        for (StoredFormat format : manifest.formats()) {
            if (!result.isWhole(format)) {
                // Manifests go first: if this one is gone, so is the result, and it is not damaged.
                Files.size(entry.path());
                return Optional.empty();
            }
        }
        return Optional.of(result);
    }

    /** The token in a manifest, whatever else is wrong with it. */
    static Optional<String> readToken(Path manifest) throws IOException {
        try {
            Matcher matcher = FILE.matcher(text(manifest));
            return matcher.matches() ? Optional.of(matcher.group("token")) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static String partName(String token, FormatName format) {
        return token + "." + format;
    }

    Path part(FormatName format) {
        return entry.folder().resolve(partName(token, format));
    }

    private static String text(Path file) throws IOException {
        // Not readString, which throws if damage has left no UTF-8.
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private boolean isWhole(StoredFormat format) throws IOException {
        try {
            return Files.size(part(format.name())) == format.storedLength();
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
