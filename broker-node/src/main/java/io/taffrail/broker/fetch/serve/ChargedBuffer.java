// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;

/**
 * A view of a direct buffer that takes the buffer over, and gives both the buffer and its charge
 * back once the transport has written or dropped it: pooled buffers tell nobody.
 */
final class ChargedBuffer extends UnpooledDirectByteBuf {
    private final ByteBuf owned;
    private final ByteBudget.Charge charge;

    ChargedBuffer(ByteBuf owned, ByteBudget.Charge charge) {
        super(
                owned.alloc(),
                owned.nioBuffer(owned.readerIndex(), owned.readableBytes()),
                owned.readableBytes());
        this.owned = owned;
        this.charge = charge;
    }

    @Override
    protected void deallocate() {
        super.deallocate(); // frees nothing: the memory was brought along
        owned.release();
        charge.release();
    }
}
