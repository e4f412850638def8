package org.armlib.bootstrap;

import com.google.inject.Binding;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.spi.Element;
import com.google.inject.spi.Elements;
import com.google.inject.spi.PrivateElements;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.armlib.spi.PortType;

/** Finds the ports that a program binds itself. */
final class BoundPorts {
    private BoundPorts() {}

    static Set<PortType> of(Module module) {
        Set<Key<?>> keys = Elements.getElements(module).stream()
                .flatMap(element -> keys(element).stream())
                .collect(Collectors.toSet());
        return Arrays.stream(PortType.values())
                .filter(port -> keys.contains(Key.get(port.port())))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(PortType.class)));
    }

    private static Set<Key<?>> keys(Element element) {
        if (element instanceof Binding<?> binding) {
            return Set.of(binding.getKey());
        }
        return element instanceof PrivateElements hidden ? hidden.getExposedKeys() : Set.of();
    }
}
