package org.armlib.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.junit.jupiter.api.Test;

class WorkerOptionsTest {
    @Test
    void workers_that_are_given_no_name_have_names_of_their_own() {
        WorkerOptions one = WorkerOptions.of(4, RetryPolicy.DEFAULT);
        WorkerOptions two = WorkerOptions.of(4, RetryPolicy.DEFAULT);

        assertThat(one.name())
                .isNotEqualTo(two.name())
                .contains("-" + ProcessHandle.current().pid() + "-");
        assertThat(new WorkerId(one.name() + "-1").value()).startsWith(one.name());
    }
}
