package dev.kvasir.agent;

import dev.kvasir.device.ResidentRequest;
import dev.kvasir.fuser.FuserCheckpoint;

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

    /** @throws dev.kvasir.fuser.FuserInvalidException if the fuser's shapes are not those of the two models */
    void requireFit() {
        try (FuserCheckpoint checkpoint = FuserCheckpoint.open(fuser().entry().path())) {
            checkpoint.requireFit(
                    receiver().get().weights().config(),
                    sharer().get().weights().config());
        }
    }
}
