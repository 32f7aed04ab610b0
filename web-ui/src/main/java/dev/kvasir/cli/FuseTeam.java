package dev.kvasir.cli;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.fuser.FuserCheckpoint;
import dev.kvasir.fuser.LoadedFuser;
import dev.kvasir.model.Checkpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A receiver with its sharers and their fusers, loaded for one command. */
final class FuseTeam implements AutoCloseable {

    /** What to load; the fusers are in the sharers' order. */
    record Names(
            String receiver,
            List<String> sharers,
            List<String> fusers,
            ComputeOptions compute,
            FuserArgument.Numbers numbers) {

        Names {
            sharers = List.copyOf(sharers);
            fusers = List.copyOf(fusers);
            if (sharers.size() != fusers.size()) {
                throw new CommandFailedException(
                        ExitCode.WRONG_USAGE,
                        "Each sharer needs a fuser: there are %d -s and %d --fuser."
                                .formatted(sharers.size(), fusers.size()));
            }
        }
    }

    /** A model and where it came from. */
    record Member(Checkpoint checkpoint, LoadedModel model) {}

    /** A sharer and the fuser that leads from it to the receiver. */
    record SharingMember(Member sharer, LoadedFuser fuser) {}

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Member receiver;
    private final List<SharingMember> sharers = new ArrayList<>();

    private FuseTeam(Names names) {
        try {
            receiver = member(names.receiver(), names.compute());
            for (int i = 0; i < names.sharers().size(); i++) {
                sharers.add(sharer(names, i));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    static FuseTeam load(Names names) {
        return new FuseTeam(names);
    }

    Member receiver() {
        return receiver;
    }

    List<SharingMember> sharers() {
        return sharers;
    }

    private Member member(String name, ComputeOptions compute) {
        Checkpoint checkpoint = Checkpoint.open(ModelArgument.of(name).path());
        opened.push(checkpoint);
        LoadedModel model = compute.load(checkpoint);
        opened.push(model);
        return new Member(checkpoint, model);
    }

    private SharingMember sharer(Names names, int index) {
        FuserArgument argument = FuserArgument.of(names.fusers().get(index));
        try (FuserCheckpoint fuser = argument.open(names.numbers())) {
            Member sharer = member(names.sharers().get(index), names.compute());
            fuser.requireFit(receiver.checkpoint().config(), sharer.checkpoint().config());
            LoadedFuser loaded = LoadedFuser.load(
                    fuser,
                    names.compute().profile().elementType(),
                    names.compute().device());
            opened.push(loaded);
            return new SharingMember(sharer, loaded);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable part : opened) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("A model or fuser could not be closed", e);
            }
        }
        opened.clear();
    }
}
