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
        Waits waits,
        InnerRuns inner,
        TransferRows transfers) {

    /** What rooms are wired over. */
    record Ground(JdbcClient jdbc, PlatformTransactionManager manager, JsonMapper json, RunProperties settings) {}

    /** Wires the parts over one database. */
    static RunRoom over(Ground ground, RunRules rules) {
        JdbcClient jdbc = ground.jdbc();
        Transactions transactions = new Transactions(ground.manager());
        Notices notices = new Notices(jdbc);
        Journal journal = new Journal(jdbc, notices);
        RunRows rows = new RunRows(jdbc);
        Results results = new Results(jdbc, ground.json());
        RunGraphs graphs = new RunGraphs(jdbc, rules);
        Faults faults = new Faults(ground.json());
        Waits waits = new Waits(jdbc, rows, ground.json());
        InnerRuns inner = new InnerRuns(jdbc, ground.json(), transactions);
        Rounds rounds = new Rounds(
                rows,
                new RunSteps(jdbc, ground.settings().stepTimeout()),
                new Versions(jdbc, ground.json()),
                new EdgeUses(jdbc));
        Progression progression = new Progression(
                rows,
                results,
                graphs,
                journal,
                new Progression.Elsewhere(rounds, waits, inner, new Signals(notices, faults)));
        RunRoom room = new RunRoom(
                transactions,
                rows,
                results,
                graphs,
                journal,
                notices,
                faults,
                progression,
                waits,
                inner,
                new TransferRows(jdbc));
        inner.bind(room, new RunStart(jdbc, ground.json(), room, rules, ground.settings()));
        return room;
    }
}
