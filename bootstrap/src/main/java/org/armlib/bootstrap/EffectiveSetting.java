package org.armlib.bootstrap;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import org.armlib.domain.Redaction;

/**
 * A setting as it takes effect.
 *
 * @param path for example {@code queue.max-attempts}
 * @param value a {@link String}, {@link Number}, {@link Boolean} or {@link java.util.List} of strings; of a secret,
 *     {@link #MASKED}, which also stands for the passwords within an address
 * @param source where it was set, for example {@code app.conf:3}, or {@link #DEFAULT}
 */
public record EffectiveSetting(String path, Object value, String source) {
    /** What is shown in place of a secret. */
    public static final String MASKED = Redaction.MASK;

    /** The source of a value that nobody set. */
    public static final String DEFAULT = "default";

    /** The setting as a line of app.conf. */
    @Override
    public String toString() {
        return path + " = " + ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
    }
}
