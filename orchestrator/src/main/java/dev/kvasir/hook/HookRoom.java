package dev.kvasir.hook;

/** The parts that everything about webhooks and triggers shares. */
record HookRoom(
        WebhookRows webhooks, DeliveryRows deliveries, TriggerRows triggers, HookSecrets secrets, Messages messages) {}
