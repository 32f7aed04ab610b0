package dev.kvasir.study;

/**
 * What a policy for the wire does to answers.
 *
 * @param of questions
 * @param exact answered rightly on the sharer's cache as it is
 * @param policy answered rightly on what crossed under the policy
 * @param lost right before, wrong after
 * @param gained wrong before, right after
 */
public record PolicyCost(int of, int exact, int policy, int lost, int gained) {}
