package dev.kvasir.fuser.pickle;

/** Why a {@code .pt} file is refused. */
public enum PickleFault {
    /** Not a plain zip of stored entries with the names that a state dictionary has. */
    BAD_ZIP,
    /** The pickle is cut or makes no sense. */
    BAD_PICKLE,
    /** It names a function or class outside the list. */
    FORBIDDEN_GLOBAL,
    /** It uses an operation outside the list. */
    FORBIDDEN_OPERATION,
    /** A length, depth, index or count beyond what a state dictionary needs. */
    PICKLE_LIMIT,
    /** It holds something else than named tensors. */
    NOT_A_STATE_DICT,
    UNSUPPORTED_BYTE_ORDER,
    UNSUPPORTED_DTYPE,
    /** A tensor reaches past its storage, or the storage is missing. */
    STORAGE_TOO_SHORT,
    /** A tensor claims more elements than its storage could hold. */
    TENSOR_LIMIT
}
