package dev.kvasir.agent;

import dev.kvasir.device.ResidentRequest;

/** A sharer, its receiver and the fuser between them, placed together. */
record C2cUnit(
        Unit unit,
        ResidentRequest<LocalModel> sharerRequest,
        ResidentRequest<LocalModel> receiverRequest,
        ResidentRequest<LocalFuser> fuserRequest) {

    ModelUse sharer() {
        return new ModelUse(unit, sharerRequest);
    }

    ModelUse receiver() {
        return new ModelUse(unit, receiverRequest);
    }

    LocalFuser fuser() {
        return unit.get(fuserRequest);
    }
}
