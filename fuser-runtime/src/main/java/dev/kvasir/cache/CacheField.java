package dev.kvasir.cache;

/** What a cache's file says of itself, in the order in which it is written and compared; each with what mends a mismatch. */
enum CacheField {
    FORMAT("format", "give a file that 'kvasir cache save' wrote"),
    FORMAT_VERSION("format_version", "save the cache again with this version of Kvasir"),
    MODEL("model", "load the model under the name it was saved with, or save the cache again"),
    WEIGHTS("weights_sha256", "load the model with those weights, or save the cache again"),
    TOKENIZER("tokenizer_sha256", "load the model with that tokenizer, or save the cache again"),
    PROFILE("profile", "load the model with that profile, or save the cache again"),
    DTYPE("dtype", "load the model in that type, or save the cache again"),
    LAYERS("layers", "load the model it was saved with"),
    KV_HEADS("kv_heads", "load the model it was saved with"),
    HEAD_DIM("head_dim", "load the model it was saved with"),
    LAYOUT("layout", "save the cache again with this version of Kvasir"),
    KEYS("keys", "save the cache again with this version of Kvasir"),
    ROPE("rope", "load the model with those rotary settings, or save the cache again"),
    SLIDING_ROPE("sliding_rope", "load the model with those rotary settings, or save the cache again"),
    WINDOWS("windows", "load the model with those windows, or save the cache again"),
    TENANT("tenant_salt_sha256", "give that tenant's salt, or save the cache again for this tenant"),
    FIRST_POSITION("first_position", "the file was changed after it was saved: save the cache again"),
    TOKENS("tokens", "the file was changed after it was saved: save the cache again"),
    TOKEN_CHAIN("token_chain", "the file was changed after it was saved: save the cache again"),
    LINEAGE("lineage", "the file was changed after it was saved: save the cache again"),
    CODEC("codec", "save the cache with one of the codecs this version of Kvasir reads"),
    IDENTITY("identity", "the file was changed after it was saved: save the cache again"),
    DATA("data_sha256", "the file was damaged or changed after it was saved: save the cache again");

    private final String key;
    private final String remedy;

    CacheField(String key, String remedy) {
        this.key = key;
        this.remedy = remedy;
    }

    /** Its key in the file's metadata. */
    String key() {
        return key;
    }

    String remedy() {
        return remedy;
    }
}
