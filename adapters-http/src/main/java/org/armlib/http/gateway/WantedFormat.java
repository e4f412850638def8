package org.armlib.http.gateway;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.http.gateway.GatewaySettings.FormatBy;
import org.armlib.spi.InvalidSettingException;

/**
 * One format that a request is to be run for.
 *
 * @param name empty if the upstream decides
 * @param accept the {@code Accept} header that asks for it
 */
record WantedFormat(Optional<String> name, Optional<String> accept) {

    /** What to ask for, one call each. */
    static List<WantedFormat> of(GatewaySettings settings) {
        if (settings.formats().isEmpty()) {
            return List.of(new WantedFormat(Optional.empty(), settings.accept()));
        }
        return settings.formats().stream()
                .map(name -> new WantedFormat(
                        Optional.of(name),
                        settings.formatBy() == FormatBy.ACCEPT ? MediaTypes.ofFormat(name) : settings.accept()))
                .toList();
    }

    static void check(List<String> formats, FormatBy formatBy, boolean acceptSet) {
        Set<String> seen = new HashSet<>();
        for (String name : formats) {
            try {
                seen.add(new FormatName(name).value());
            } catch (InvalidRequestException e) {
                throw new InvalidSettingException("formats", String.valueOf(e.getMessage()));
            }
            if (formatBy == FormatBy.ACCEPT && MediaTypes.ofFormat(name).isEmpty()) {
                throw new InvalidSettingException(
                        "formats",
                        "'" + name + "' has no media type that is known here; set format-by = suffix or parameter");
            }
        }
        if (seen.size() < formats.size()) {
            throw new InvalidSettingException("formats", "names one format twice");
        }
        if (!formats.isEmpty() && formatBy == FormatBy.ACCEPT && acceptSet) {
            throw new InvalidSettingException(
                    "accept", "is set beside formats, which are asked for by that header; take one of them away");
        }
    }

    /** The name under which an answer is stored; refused by an empty result if it is not of this format. */
    Optional<String> nameFor(String contentType) {
        String answered = MediaTypes.format(contentType);
        // Bytes of no particular type may be of any.
        boolean fits = name.isEmpty()
                || name.get().equals(answered)
                || MediaTypes.essence(contentType).equals(MediaTypes.UNKNOWN)
                || MediaTypes.ofFormat(name.get()).isEmpty();
        return fits ? Optional.of(name.orElse(answered)) : Optional.empty();
    }
}
