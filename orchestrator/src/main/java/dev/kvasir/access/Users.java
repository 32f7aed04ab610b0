package dev.kvasir.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The accounts. */
@Component
public class Users {

    private static final String OWNER = "owner";

    private final JdbcClient database;

    Users(JdbcClient database) {
        this.database = database;
    }

    /** The account of whoever runs this installation, made when it is first asked for; an administrator. */
    @Transactional
    public Caller owner() {
        database.sql("""
                        insert into app_user (id, name, role) values (:id, :name, 'ADMIN')
                        on conflict (lower(name)) do nothing""").param("id", UUID.randomUUID()).param("name", OWNER).update();
        return database.sql("select id, name, role from app_user where name = :name and disabled_at is null")
                .param("name", OWNER)
                .query(Users::caller)
                .single();
    }

    Optional<Caller> find(UUID id) {
        return database.sql("select id, name, role from app_user where id = :id and disabled_at is null")
                .param("id", id)
                .query(Users::caller)
                .optional();
    }

    static Caller caller(ResultSet row, int number) throws SQLException {
        return new Caller(
                row.getObject("id", UUID.class),
                row.getString("name"),
                Role.valueOf(row.getString("role")).scopes());
    }
}
