package dev.kvasir.agent;

/**
 * For whom an agent works. What a model has read for one tenant is never found again for another.
 *
 * @param id tells tenants apart, such as the id of a run's owner; not empty
 */
public record Tenant(String id) {

    public Tenant {
        if (id.isBlank()) {
            throw new IllegalArgumentException("A tenant has an id; an empty one would be everybody's.");
        }
    }
}
