package org.armlib.http.gateway;

import org.armlib.ports.Job;

/**
 * One run of a request.
 *
 * @param secrets what answers may repeat and must not be shown
 */
record Run(Job job, Watch watch, SecretTexts secrets) {}
