package org.armlib.aws.dynamodb;

import java.time.Duration;
import org.armlib.aws.AwsAccess;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;
import org.armlib.tck.CutRelay;
import org.armlib.tck.UnreachableQueueContract;
import org.armlib.tck.UnreachableQueueFixture;

class DynUnreachableQueueTest implements UnreachableQueueContract {
    @Override
    public UnreachableQueueFixture newUnreachableQueue(RetryPolicy policy) {
        return new Relayed(policy);
    }

    /** A queue in DynamoDB Local behind a relay. */
    private static final class Relayed implements UnreachableQueueFixture {
        private final CutRelay relay =
                new CutRelay(Counterpart.local().access().endpoint().orElseThrow());
        private final DynQueueFixture queue;

        Relayed(RetryPolicy policy) {
            this.queue = new DynQueueFixture(
                    new Counterpart("DynamoDB Local behind a relay", AwsAccess.DEFAULT.at(relay.endpoint()), false),
                    policy);
        }

        @Override
        public QueueManager open() {
            return queue.open();
        }

        @Override
        public void advance(Duration time) {
            queue.advance(time);
        }

        @Override
        public void disconnect() {
            relay.cut();
        }

        @Override
        public void reconnect() {
            relay.mend();
        }

        @Override
        public void close() {
            queue.close();
            relay.close();
        }
    }
}
