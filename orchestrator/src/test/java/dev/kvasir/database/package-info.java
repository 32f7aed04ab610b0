/** A real PostgreSQL for tests, with the real migrations. */
@NullMarked
package dev.kvasir.database;

import org.jspecify.annotations.NullMarked;
