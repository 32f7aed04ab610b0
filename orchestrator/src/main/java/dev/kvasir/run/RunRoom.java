package dev.kvasir.run;

import dev.kvasir.dispatch.Notices;
import dev.kvasir.hop.TransferRows;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** The parts that everything about a run's life shares, wired once a process. */
record RunRoom(
        Transactions transactions,
        RunRows rows,
        Results results,
        RunGraphs graphs,
        Journal journal,
        Notices notices,
        Faults faults,
        Progression progression,
        TransferRows transfers) {

    /** Wires the parts over one database. */
    static RunRoom over(JdbcClient jdbc, PlatformTransactionManager manager, JsonMapper json, RunRules rules) {
        Notices notices = new Notices(jdbc);
        Journal journal = new Journal(jdbc, notices);
        RunRows rows = new RunRows(jdbc);
        Results results = new Results(jdbc, json);
        RunGraphs graphs = new RunGraphs(jdbc, rules);
        Faults faults = new Faults(json);
        Progression progression = new Progression(results, graphs, journal, rows, new Signals(notices, faults));
        return new RunRoom(
                new Transactions(manager),
                rows,
                results,
                graphs,
                journal,
                notices,
                faults,
                progression,
                new TransferRows(jdbc));
    }
}
