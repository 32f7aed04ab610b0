package dev.kvasir.inquiry;

import java.util.List;
import java.util.stream.Collectors;

/** An inquiry that cannot be made; the message lists every fault. */
public final class InquiryRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<InquiryFault> faults;

    public InquiryRefusedException(List<InquiryFault> faults) {
        super("The study cannot be made: %s."
                .formatted(faults.stream().map(InquiryFault::rule).collect(Collectors.joining("; "))));
        this.faults = List.copyOf(faults);
    }

    /** Each with a pointer into the inquiry. */
    public List<InquiryFault> faults() {
        return faults;
    }
}
