package dev.kvasir.agent;

import dev.kvasir.cache.CacheRefusedException;
import dev.kvasir.decoder.NonFiniteException;
import dev.kvasir.decoder.PromptTooLongException;
import dev.kvasir.device.DeviceExhaustedException;
import dev.kvasir.device.DeviceFullException;
import dev.kvasir.device.ModelTooLargeException;
import dev.kvasir.fuser.AlignmentException;
import dev.kvasir.fuser.FuserInvalidException;
import dev.kvasir.fuser.NonFiniteFusionException;
import dev.kvasir.model.ChatTemplateException;
import dev.kvasir.model.ModelInvalidException;
import dev.kvasir.model.ModelNotFoundException;
import dev.kvasir.prepend.OtherArchitectureException;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Says what went wrong below in the agents' words. */
final class LocalFaults {

    private LocalFaults() {}

    static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (ModelTooLargeException tooLarge) {
            throw new AgentException(AgentFault.MODEL_TOO_LARGE, String.valueOf(tooLarge.getMessage()), tooLarge);
        } catch (DeviceFullException full) {
            throw new AgentException(AgentFault.OUT_OF_MEMORY, String.valueOf(full.getMessage()), full);
        } catch (DeviceExhaustedException exhausted) {
            throw new AgentException(AgentFault.OUT_OF_MEMORY, String.valueOf(exhausted.getMessage()), exhausted);
        } catch (ModelNotFoundException gone) {
            throw new AgentException(AgentFault.MODEL_UNKNOWN, String.valueOf(gone.getMessage()), gone);
        } catch (ModelInvalidException refused) {
            throw new AgentException(AgentFault.MODEL_INVALID, String.valueOf(refused.getMessage()), refused);
        } catch (PromptTooLongException tooLong) {
            throw new AgentException(AgentFault.PROMPT_TOO_LONG, String.valueOf(tooLong.getMessage()), tooLong);
        } catch (NonFiniteException broken) {
            throw new AgentException(AgentFault.NON_FINITE, String.valueOf(broken.getMessage()), broken);
        } catch (NonFiniteFusionException broken) {
            throw new AgentException(AgentFault.NON_FINITE, String.valueOf(broken.getMessage()), broken);
        } catch (FuserInvalidException refused) {
            throw new AgentException(AgentFault.FUSER_MISMATCH, String.valueOf(refused.getMessage()), refused);
        } catch (OtherArchitectureException apart) {
            throw new AgentException(AgentFault.FUSER_MISMATCH, String.valueOf(apart.getMessage()), apart);
        } catch (CacheRefusedException refused) {
            throw new AgentException(AgentFault.FUSER_MISMATCH, String.valueOf(refused.getMessage()), refused);
        } catch (AlignmentException apart) {
            throw new AgentException(AgentFault.ALIGNMENT_FAILED, String.valueOf(apart.getMessage()), apart);
        } catch (ChatTemplateException refused) {
            throw new AgentException(AgentFault.TEMPLATE_LIMIT, String.valueOf(refused.getMessage()), refused);
        } catch (CancellationException cancelled) {
            throw new AgentException(AgentFault.CANCELLED, "The reply was cancelled.", cancelled);
        }
    }
}
