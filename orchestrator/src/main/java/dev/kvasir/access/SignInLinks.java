package dev.kvasir.access;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** One-time links: 128 bits, good once, for half an hour. Only their digests are stored. */
@Component
public class SignInLinks {

    private static final int BYTES = 16;

    private final JdbcClient database;
    private final Users users;

    SignInLinks(JdbcClient database, Users users) {
        this.database = database;
        this.users = users;
    }

    /** A link's token for the owner of this installation, to be shown to nobody else. */
    @Transactional
    public String issueForOwner() {
        String token = Secrets.random(BYTES);
        database.sql("delete from sign_in_link where used_at is null and expires_at < clock_timestamp()")
                .update();
        database.sql("""
                        insert into sign_in_link (token_sha256, user_id, expires_at)
                        values (:digest, :user, clock_timestamp() + interval '30 minutes')""")
                .param("digest", Secrets.sha256(token))
                .param("user", users.owner().userId())
                .update();
        return token;
    }

    /** Whether this is a good link and nobody has ever signed in by one. */
    boolean isFirst(String token) {
        return database.sql("""
                        select exists (select from sign_in_link where token_sha256 = :digest and used_at is null
                            and expires_at > clock_timestamp())
                          and not exists (select from sign_in_link where used_at is not null)""")
                .param("digest", Secrets.sha256(token))
                .query(Boolean.class)
                .single();
    }

    /** Whether somebody has signed in by a link; before that the first link leads to {@code /setup}. */
    public boolean isSetUp() {
        return database.sql("select exists (select from sign_in_link where used_at is not null)")
                .query(Boolean.class)
                .single();
    }

    /** Takes a token; whoever is first gets its account, and nobody after. */
    @Transactional
    Optional<Caller> redeem(String token) {
        return database.sql("""
                        update sign_in_link set used_at = clock_timestamp()
                        where token_sha256 = :digest and used_at is null and expires_at > clock_timestamp()
                        returning user_id""")
                .param("digest", Secrets.sha256(token))
                .query(UUID.class)
                .optional()
                .flatMap(users::find);
    }
}
