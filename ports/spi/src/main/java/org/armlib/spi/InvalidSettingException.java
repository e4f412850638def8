package org.armlib.spi;

import org.armlib.domain.ArmlibException;

/** A setting has a value that cannot work; the message says why and what is allowed. */
public final class InvalidSettingException extends ArmlibException {
    private final String setting;

    /** Refuses the value of {@code setting}; the message does not repeat the name. */
    public InvalidSettingException(String setting, String message) {
        super(message);
        this.setting = setting;
    }

    /** The name of the setting within its section. */
    public String setting() {
        return setting;
    }
}
