package dev.kvasir.model.tokenizer;

/**
 * A token that is found in the text before the model splits it.
 *
 * @param leftSpace whether white space before it belongs to it
 * @param rightSpace whether white space after it belongs to it
 * @param special whether it steers the model
 */
record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean leftSpace,
        boolean rightSpace,
        boolean normalized,
        boolean special) {

    static AddedToken plain(int id, String content, boolean special) {
        return new AddedToken(id, content, false, false, false, false, special);
    }
}
