// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * A response of Fetch or of Replicate: a message without {@code batches}, and behind it a run of
 * whole entries, each of which is a {@code batches} already. Holds its bytes until it is closed or
 * the transport took them. One thread at a time.
 */
public final class FetchAnswer implements AutoCloseable {
    private final MessageLite header;
    private ByteBuf entries; // null: none, or not any more
    private ByteBudget.Charge charge; // null: none, or handed over with the entries

    private FetchAnswer(MessageLite header, ByteBuf entries, ByteBudget.Charge charge) {
        this.header = header;
        this.entries = entries;
        this.charge = charge;
    }

    /** One that has all it says in the message, and is too small to be counted. */
    public static FetchAnswer of(MessageLite message) {
        return new FetchAnswer(message, null, null);
    }

    /** One that has all it says in the message. */
    public static FetchAnswer of(MessageLite message, ByteBudget.Charge charge) {
        return new FetchAnswer(message, null, charge);
    }

    /** One with entries, which it takes over. */
    public static FetchAnswer of(MessageLite header, ByteBuf entries, ByteBudget.Charge charge) {
        return new FetchAnswer(header, entries, charge);
    }

    /** The message without the entries. */
    public MessageLite header() {
        return header;
    }

    /** Bytes of the whole response as it is sent. */
    public int serializedBytes() {
        return header.getSerializedSize() + entryBytes();
    }

    int entryBytes() {
        return entries == null ? 0 : entries.readableBytes();
    }

    /** The entries, which still belong to this answer; null if there are none. */
    ByteBuf entries() {
        return entries;
    }

    /**
     * Hands the entries over with their charge, to whoever releases what is returned: they are
     * counted until then.
     */
    ByteBuf detachEntries() {
        ByteBuf detached = new ChargedBuffer(entries, charge);
        entries = null;
        charge = null;
        return detached;
    }

    /**
     * The charge, if it did not leave with the entries: of bytes that were copied, which gRPC holds
     * now. It is the caller's to release.
     */
    public Optional<ByteBudget.Charge> takeCharge() {
        Optional<ByteBudget.Charge> taken = Optional.ofNullable(charge);
        charge = null;
        return taken;
    }

    void releaseEntries() {
        if (entries != null) {
            entries.release();
            entries = null;
        }
    }

    /** Lets go of whatever is still held. May be closed twice. */
    @Override
    public void close() {
        releaseEntries();
        takeCharge().ifPresent(ByteBudget.Charge::release);
    }
}
