package org.armlib.bootstrap;

import org.armlib.spi.PortType;

/**
 * The schema that an adapter named in app.conf needs.
 *
 * @param port what the adapter is for
 * @param adapter its name in app.conf
 * @param statements what makes the schema, for a person to read and the database's own tool to run
 */
public record AdapterSchema(PortType port, String adapter, String statements) {}
