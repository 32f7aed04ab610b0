package dev.kvasir.agent;

import dev.kvasir.device.ResidentRequest;

/** A sharer and its receiver, placed together; they may be one model. */
record PairUnit(Unit unit, ResidentRequest<LocalModel> sharerRequest, ResidentRequest<LocalModel> receiverRequest) {

    ModelUse sharer() {
        return new ModelUse(unit, sharerRequest);
    }

    ModelUse receiver() {
        return new ModelUse(unit, receiverRequest);
    }

    /** The same for every use of this pair under these profiles. */
    String key() {
        return sharerRequest.key() + " " + receiverRequest.key();
    }
}
