// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.api.v1.ProduceOpen;
import io.taffrail.client.connection.BrokerChannels;
import io.taffrail.model.HostPort;
import java.util.HashMap;
import java.util.Map;

/** A stream to each broker that there is something to send to. Only on the producer's thread. */
final class ProduceStreams {
    private final BrokerChannels channels;
    private final ProducerTurn turn;
    private final Map<HostPort, ProduceStream> streams = new HashMap<>();

    ProduceStreams(BrokerChannels channels, ProducerTurn turn) {
        this.channels = channels;
        this.turn = turn;
    }

    /** Opens a slot; the answer, if only that there is no connection, comes later. */
    ProduceStream.Slot open(HostPort address, PartitionWriter writer, ProduceOpen open) {
        ProduceStream stream = streams.get(address);
        if (stream == null || stream.hasEnded()) {
            stream = new ProduceStream(address, channels, turn);
            streams.put(address, stream);
        }
        return stream.open(writer, open);
    }

    void finish() {
        streams.values().stream().filter(s -> !s.hasEnded()).forEach(ProduceStream::finish);
        streams.clear();
    }
}
